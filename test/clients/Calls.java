import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Flow;

/** Java's own client, one call a line: `name \t status \t body`. Arguments: base URL, key. */
class Calls {
  static String url, key;

  public static void main(String[] args) throws Exception {
    url = args[0];
    key = args[1];
    // As it comes, it offers HTTP/2 with every request.
    var usual = HttpClient.newHttpClient();
    var plain = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NORMAL).build();
    var json = "Content-Type: application/json";
    send(usual, "as it comes: GET", "GET", "/v1/orders/1", BodyPublishers.noBody());
    send(usual, "as it comes: POST", "POST", "/v1/orders", BodyPublishers.ofString("{\"a\": 1.50, \"é\": \"😀\"}"), json);
    send(usual, "as it comes: GET again", "GET", "/v1/orders/2", BodyPublishers.noBody());
    var query = URLEncoder.encode("a b+c&é😀*", StandardCharsets.UTF_8);
    send(plain, "HTTP/1.1: GET", "GET", "/v1/orders?q=" + query + "&created%5Bgte%5D=17", BodyPublishers.noBody());
    send(plain, "HTTP/1.1: a path in unicode", "GET", "/v1/orders/gr%C3%B6%C3%9Fe", BodyPublishers.noBody());
    send(plain, "HTTP/1.1: POST", "POST", "/v1/orders", BodyPublishers.ofString("{\"a\":1}"), json);
    send(plain, "HTTP/1.1: a form", "POST", "/v1/orders", BodyPublishers.ofString("a=1&m%5Bk%5D=" + query), "Content-Type: application/x-www-form-urlencoded");
    send(plain, "HTTP/1.1: in chunks", "POST", "/v1/orders", chunked("{\"a\":[1,2]}"), json);
    send(plain, "HTTP/1.1: PUT", "PUT", "/v1/orders/1", BodyPublishers.ofString("{}"), json);
    send(plain, "HTTP/1.1: PATCH", "PATCH", "/v1/orders/1", BodyPublishers.ofString("{\"a\":null}"), json);
    send(plain, "HTTP/1.1: DELETE", "DELETE", "/v1/orders/1", BodyPublishers.noBody());
    send(plain, "HTTP/1.1: HEAD", "HEAD", "/v1/orders/1", BodyPublishers.noBody());
    send(plain, "HTTP/1.1: bytes", "PUT", "/v1/uploads", BodyPublishers.ofByteArray(new byte[70_000]), "Content-Type: application/octet-stream");
    send(plain, "HTTP/1.1: a redirect followed", "GET", "/v1/moved", BodyPublishers.noBody());
    send(plain, "HTTP/1.1: no content", "POST", "/v1/nothing", BodyPublishers.noBody());
  }

  static void send(HttpClient client, String name, String method, String path, BodyPublisher body, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url + path)).method(method, body).header("Authorization", "Bearer " + key);
    for (var header : headers) request.header(header.split(": ")[0], header.split(": ")[1]);
    var answer = client.send(request.build(), BodyHandlers.ofString());
    System.out.println(name + "\t" + answer.statusCode() + "\t" + answer.body());
  }

  /** A body whose length nobody knows beforehand. */
  static BodyPublisher chunked(String text) {
    return BodyPublishers.fromPublisher(BodyPublishers.ofString(text));
  }
}
