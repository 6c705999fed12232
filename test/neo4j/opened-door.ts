/** A door that is closed when the test is over. */
import { onTestFinished } from 'vitest';
import { Neo4jDoor, type Neo4jOptions } from '../../graph/store/neo4j-driver.ts';

export async function opened(options: Neo4jOptions): Promise<Neo4jDoor> {
  const door = await Neo4jDoor.open(options);
  onTestFinished(() => door.close());
  return door;
}
