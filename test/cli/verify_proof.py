"""Verifies an Interlock proof with nothing of Interlock: Python's standard library, and openssl for Ed25519.

usage: verify_proof.py PROOF.json VKEY
"""
import base64, hashlib, json, os, subprocess, sys, tempfile


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def signed_body(note, vkey):
    """The body of a C2SP signed note, if the key signed it."""
    name, key_id, public = vkey.split("+", 2)
    public = base64.b64decode(public, validate=True)
    assert public[0] == 1 and key_id == sha256(name.encode(), b"\n", public)[:4].hex(), "the key's id is not its own"
    body, _, signatures = note.rpartition("\n\n")
    body += "\n"
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        signature = base64.b64decode(signature, validate=True)
        if dash != "\u2014" or signer != name or signature[:4].hex() != key_id:
            continue
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, part) for part in ("key", "signature", "body")]
            spki = bytes.fromhex("302a300506032b6570032100") + public[1:]
            for path, content in zip(paths, (spki, signature[4:], body.encode())):
                with open(path, "wb") as file:
                    file.write(content)
            command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", paths[0]]
            done = subprocess.run(command + ["-sigfile", paths[1], "-in", paths[2]], capture_output=True)
        assert done.returncode == 0, "the signature is forged"
        return body
    raise AssertionError("the key did not sign it")


def root_from(index, size, leaf, path):
    """RFC 6962 2.1.1, from the definition: which side a sibling hangs on follows from the split of the sizes."""
    if size == 1:
        assert not path, "the path is too long"
        return leaf
    split = 1 << (size - 1).bit_length() - 1
    assert path, "the path is too short"
    if index < split:
        return sha256(b"\x01", root_from(index, split, leaf, path[:-1]), path[-1])
    return sha256(b"\x01", path[-1], root_from(index - split, size - split, leaf, path[:-1]))


proof = json.load(open(sys.argv[1], encoding="utf-8"))
origin, size, root = signed_body(proof["checkpoint"], sys.argv[2]).splitlines()[:3]
assert origin == sys.argv[2].split("+")[0], "another log's checkpoint"
for record in proof["records"]:
    assert 0 <= record["index"] < int(size), "not in the log"
    leaf = sha256(b"\x00", record["line"].encode())
    path = [base64.b64decode(step, validate=True) for step in record["path"]]
    found = root_from(record["index"], int(size), leaf, path)
    assert found == base64.b64decode(root), "record %d is not in the log" % (record["index"] + 1)
    print(record["index"] + 1, json.loads(record["line"])["kind"])
