import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.configuration.connectors.ConnectorType;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.kernel.internal.GraphDatabaseAPI;

/**
 * A Neo4j server for tests: `java -cp 'LIB/*' EmbeddedServer.java HOME`. Its settings lie in `HOME/neo4j.conf`.
 *
 * Says `ready PORT` on standard output. The line `stop` on standard input ends it in order. The end of standard input means that
 * whoever started it is gone, however it ended: then the server ends at once and takes its home with it.
 */
public class EmbeddedServer {
  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    Thread watch = new Thread(() -> watchParent(home));
    // Before the server is built: a starter that ends meanwhile leaves nothing behind either.
    watch.setDaemon(true);
    watch.start();

    var service = new DatabaseManagementServiceBuilder(home).loadPropertiesFromFile(home.resolve("neo4j.conf")).build();
    Runtime.getRuntime().addShutdownHook(new Thread(service::shutdown));
    String password = System.getenv("EMBEDDED_SERVER_PASSWORD");
    if (password != null) {
      String command = "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED";
      service.database("system").executeTransactionally(command, Map.of("password", password));
    }
    var ports = ((GraphDatabaseAPI) service.database("system")).getDependencyResolver().resolveDependency(ConnectorPortRegister.class);
    System.out.println("ready " + ports.getLocalAddress(ConnectorType.BOLT).getPort());
    Thread.currentThread().join();
  }

  private static void watchParent(Path home) {
    try {
      String line = new String();
      for (int next; (next = System.in.read()) != -1; ) {
        if (next != '\n') line += (char) next;
        else if (line.equals("stop")) System.exit(0);
        else line = "";
      }
    } catch (Exception error) {
      // A pipe that cannot be read is the end of it.
    }
    // What is deleted first is written again by threads that still run: once more before the end.
    delete(home);
    delete(home);
    Runtime.getRuntime().halt(1);
  }

  private static void delete(Path home) {
    try (var paths = Files.walk(home)) {
      paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (Exception error) {
      // Threads of the server delete and make files meanwhile; what stays lies in a folder for temporary files.
    }
  }
}
