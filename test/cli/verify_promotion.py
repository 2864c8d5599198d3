"""Verifies an Interlock promotion with nothing of Interlock: Python's standard library, and openssl for Ed25519.

usage: verify_promotion.py PROMOTION.json VKEY
"""
import base64, hashlib, json, os, subprocess, sys, tempfile


def signed_by(vkey, message, signature):
    """Whether the Ed25519 key of a C2SP vkey (NAME+ID+base64) signed the message."""
    name, key_id, public = vkey.split("+", 2)
    public = base64.b64decode(public, validate=True)
    assert public[0] == 1 and key_id == hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8], "no vkey"
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, part) for part in ("key", "signature", "message")]
        spki = bytes.fromhex("302a300506032b6570032100") + public[1:]
        for path, content in zip(paths, (spki, signature, message)):
            with open(path, "wb") as file:
                file.write(content)
        command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", paths[0]]
        return subprocess.run(command + ["-sigfile", paths[1], "-in", paths[2]], capture_output=True).returncode == 0


envelope = json.load(open(sys.argv[1], encoding="utf-8"))
payload = base64.b64decode(envelope["payload"], validate=True)
kind = envelope["payloadType"].encode()
message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
signatures = [base64.b64decode(one["sig"], validate=True) for one in envelope["signatures"]]
assert any(signed_by(sys.argv[2], message, one) for one in signatures), "the key did not sign it"
statement = json.loads(payload)
assert statement["_type"] == "https://in-toto.io/Statement/v1", "no in-toto statement"
assert statement["predicateType"] == "urn:interlock:promotion:v1", "no promotion"
for subject in statement["subject"]:
    print(subject["name"], subject["digest"]["sha256"])
