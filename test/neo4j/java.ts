/** Which Java of this machine runs a version of Neo4j, and the flags that it needs. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The versions that the tests know: the current line and the long-term one, and the Java releases that run each. */
export const NEO4J_VERSIONS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  '2026.04.0': [21, 25],
  '5.26.16': [17, 21],
};

export interface Java {
  readonly command: string;
  /** 17, 21, 25, ... */
  readonly release: number;
}

const FOLDERS = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines'];

/** Java kits of this machine: JAVA_HOME, those on the path, those in the usual folders. Each once. */
export async function findJavas(env: NodeJS.ProcessEnv = process.env): Promise<Java[]> {
  const folders = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder).flatMap((name) => [join(folder, name, 'bin'), join(folder, name, 'Contents/Home/bin')]),
  );
  const places = [...(env['JAVA_HOME'] ? [join(env['JAVA_HOME'], 'bin')] : []), ...(env['PATH'] ?? '').split(delimiter), ...folders];
  // The compiler must be there too: the server is a source file.
  const commands = new Set(
    places
      .map((place) => join(place, 'java'))
      .filter(existsSync)
      .map((command) => realpathSync(command)),
  );
  const javas = await Promise.all([...commands].filter((command) => existsSync(join(dirname(command), 'javac'))).map(javaOf));
  return javas.filter((java) => java !== null);
}

/** The flags with which Neo4j reaches into this Java. */
export function javaFlags({ release }: Java): string[] {
  return [
    ...['java.nio', 'java.io', 'sun.nio.ch', 'java.lang'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
    '--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED',
    ...(release >= 24 ? ['--enable-native-access=ALL-UNNAMED', '--sun-misc-unsafe-memory-access=allow'] : []),
  ];
}

async function javaOf(command: string): Promise<Java | null> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, ['-version']);
    const release = /version "(\d+)/.exec(stdout + stderr)?.[1];
    return release === undefined ? null : { command, release: Number(release) };
  } catch {
    // Some places hold a `java` that only tells how to install one.
    return null;
  }
}
