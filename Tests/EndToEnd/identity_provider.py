"""An identity provider of the tests: makes keys, publishes them, and signs tokens, with nothing but Python's own numbers."""

import base64
import hashlib
import hmac
import http.server
import json
import secrets
import threading
import time


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


class RSAKey:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, sections 8.2 and 9.2)."""

    algorithm = "RS256"

    def __init__(self, name, bits=2048):
        self.name = name
        while True:
            p, q = prime(bits // 2), prime(bits // 2)
            self.modulus = p * q
            if p != q and self.modulus.bit_length() == bits and (p - 1) * (q - 1) % 65537:
                break
        self.power = pow(65537, -1, (p - 1) * (q - 1))

    def sign(self, data):
        size = (self.modulus.bit_length() + 7) // 8
        digest = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(data).digest()
        block = b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest
        return pow(int.from_bytes(block, "big"), self.power, self.modulus).to_bytes(size, "big")

    @property
    def published(self):
        return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.name, "n": number(self.modulus), "e": "AQAB"}


def prime(bits):
    """A number of that many bits, the two highest set, that is prime but for one chance in 2**80."""
    while True:
        candidate = secrets.randbits(bits) | 3 << bits - 2 | 1
        if any(candidate % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)):
            continue
        if all(is_witness(candidate, secrets.randbelow(candidate - 3) + 2) for _ in range(40)):
            return candidate


def is_witness(candidate, base):
    """Whether a base speaks for the candidate's being prime (Miller and Rabin)."""
    odd, twos = candidate - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    power = pow(base, odd, candidate)
    if power in (1, candidate - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % candidate
        if power == candidate - 1:
            return True
    return False


class ECKey:
    """ECDSA with the curve P-256 and SHA-256 (FIPS 186-4; the numbers are those of SEC 2, section 2.4.2)."""

    algorithm = "ES256"
    field = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    base = (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    )

    def __init__(self, name):
        self.name = name
        self.secret = secrets.randbelow(self.order - 1) + 1
        self.point = self.times(self.secret, self.base)

    def plus(self, one, other):
        if one is None or other is None:
            return one or other
        if one[0] == other[0]:
            if (one[1] + other[1]) % self.field == 0:
                return None
            slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, self.field)
        else:
            slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, self.field)
        x = (slope * slope - one[0] - other[0]) % self.field
        return x, (slope * (one[0] - x) - one[1]) % self.field

    def times(self, count, point):
        found = None
        while count:
            if count & 1:
                found = self.plus(found, point)
            point, count = self.plus(point, point), count >> 1
        return found

    def sign(self, data):
        digest = int.from_bytes(hashlib.sha256(data).digest(), "big")
        once = secrets.randbelow(self.order - 1) + 1
        r = self.times(once, self.base)[0] % self.order
        s = pow(once, -1, self.order) * (digest + r * self.secret) % self.order
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    @property
    def published(self):
        x, y = (number(value, 32) for value in self.point)
        return {"kty": "EC", "alg": "ES256", "use": "sig", "crv": "P-256", "kid": self.name, "x": x, "y": y}


def token(key, claims, **header):
    """A signed token; members of the header may be given others, or none (`None`)."""
    head = {"alg": key.algorithm, "typ": "JWT", "kid": key.name, **header}
    head = {name: value for name, value in head.items() if value is not None}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
    return f"{signed}.{base64url(key.sign(signed.encode()))}"


class SharedSecret:
    """Signs as whoever takes a public key for a secret would believe (HS256)."""

    algorithm = "HS256"

    def __init__(self, name, secret):
        self.name = name
        self.secret = secret

    def sign(self, data):
        return hmac.digest(self.secret, data, "sha256")


class Nobody:
    """Signs nothing (`none`, RFC 7518, section 3.6)."""

    algorithm = "none"
    name = None

    def sign(self, data):
        return b""


class IdentityProvider:
    """Publishes its keys on a port of this machine, and counts who asks."""

    def __init__(self):
        self.keys = [RSAKey("first"), ECKey("second")]
        self.cache_control = "public, max-age=300"
        self.status = 200
        self.body = None
        self.asked = 0
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.asked += 1
                body = provider.body or json.dumps({"keys": [key.published for key in provider.keys]}).encode()
                self.send_response(provider.status)
                self.send_header("Content-Type", "application/json; charset=UTF-8")
                self.send_header("Content-Length", str(len(body)))
                if provider.cache_control:
                    self.send_header("Cache-Control", provider.cache_control)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.issuer = f"{self.url}/realms/test"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def claims(self, subject="ada", **changed):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "shuren", "sub": subject, "iat": now, "exp": now + 600, **changed}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, subject="ada", key=None, **changed):
        return token(key or self.keys[0], self.claims(subject, **changed))
