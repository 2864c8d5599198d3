import { answer, json } from './answers.ts';
import type { Client } from './client.ts';
import { missing, printed } from './program.ts';
import type { Respond } from './stand-in.ts';

/** Python's standard library: `urllib.request` and `http.client`. */
export const python: Client = {
  name: 'python',
  missing: missing('python3', '--version'),
  respond: (request, nth) => business(request, nth),
  run: async ({ url, host, port, prefix, key }) => {
    const out = await printed('python3', ['-c', PROGRAM, url, host, String(port), prefix, key]);
    return JSON.parse(out) as Record<string, unknown>;
  },
};

const PROGRAM = `
import http.client, json, sys, urllib.error, urllib.parse, urllib.request
url, host, port, prefix, key = sys.argv[1:]
results = {}

def send(name, path, data=None, headers={}, method=None):
    request = urllib.request.Request(url + path, data, {"Authorization": "Bearer " + key, **headers}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            results[name] = [answer.status, answer.read().decode()]
    except urllib.error.HTTPError as error:
        results[name] = [error.code, error.read().decode()]

typed = {"Content-Type": "application/json"}
send("urllib: GET", "/v1/orders?" + urllib.parse.urlencode({"q": "a b+c&é😀", "created[gte]": 17, "at": "2024-01-01T00:00:00+00:00"}))
send("urllib: a path in unicode", "/v1/orders/" + urllib.parse.quote("größe (x) ~"))
send("urllib: a form", "/v1/orders", urllib.parse.urlencode({"charge": "ch_1", "metadata[note]": "it's 50% (é)"}).encode())
send("urllib: JSON", "/v1/orders", json.dumps({"amount": 12.5, "tiny": 1e-07, "at": 1700000000.123456, "note": "café 😀", "big": 10**15, "none": None}).encode(), typed)
send("urllib: JSON unescaped", "/v1/orders", json.dumps({"note": "café 😀"}, ensure_ascii=False, indent=2).encode(), typed)
send("urllib: PUT", "/v1/orders/1", b"{}", typed, "PUT")
send("urllib: PATCH", "/v1/orders/1", b'{"a": 1.0}', typed, "PATCH")
send("urllib: DELETE", "/v1/orders/1", method="DELETE")
send("urllib: HEAD", "/v1/orders/1", method="HEAD")
send("urllib: bytes", "/v1/uploads", bytes(range(256)) * 300, {"Content-Type": "application/octet-stream"}, "PUT")
send("urllib: bytes in chunks", "/v1/uploads", iter([b"ab", b"", b"c" * 70000]), {"Content-Type": "application/octet-stream"})
send("urllib: a redirect followed", "/v1/moved")
send("urllib: an error answer", "/v1/missing")
send("urllib: nothing to say", "/v1/nothing", b"", method="POST")

connection = http.client.HTTPConnection(host, int(port))
def ask(name, method, path, body=None, headers={}, **more):
    connection.request(method, prefix + path, body, {"Authorization": "Bearer " + key, **headers}, **more)
    answer = connection.getresponse()
    results[name] = [answer.status, answer.read().decode()]
ask("http.client: GET", "GET", "/v1/orders/1")
ask("http.client: the same connection again", "POST", "/v1/orders", '{"a": [1, 2.50, -0.1]}', typed)
ask("http.client: a list in chunks", "POST", "/v1/orders", [b'{"a"', b': 1}'], typed, encode_chunked=True)
ask("http.client: POST without a body", "POST", "/v1/orders/1/cancel")
ask("http.client: DELETE with a body", "DELETE", "/v1/orders/1", '{"reason": "x"}', typed)
print(json.dumps(results))
`;

const business: Respond = ({ method, target, body }) => {
  if (target === '/v1/moved') return answer(302, { Location: '/v1/orders/9' });
  if (target === '/v1/missing') return json({ error: 'none' }, {}, 404);
  if (target === '/v1/nothing') return answer(204, {});
  if (method === 'HEAD') return 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n';
  return json({ method, body: body.length > 0 });
};
