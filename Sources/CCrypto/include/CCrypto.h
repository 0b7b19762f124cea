#pragma once

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <argon2.h>

/// A key that signatures are checked with (RSA; big-endian numbers); NULL when the numbers make none.
EVP_PKEY *crypto_rsa_key(const unsigned char *modulus, size_t modulus_count, const unsigned char *exponent,
                         size_t exponent_count);

/// A key that signatures are checked with (NIST's curve P-256); NULL when the point is not on the curve.
EVP_PKEY *crypto_p256_key(const unsigned char x[32], const unsigned char y[32]);

/// Whether a signature is that of the bytes (RSASSA-PKCS1-v1_5 with SHA-256).
int crypto_checks_rs256(EVP_PKEY *key, const unsigned char *signature, size_t signature_count,
                        const unsigned char *bytes, size_t count);

/// Whether a signature, the two numbers one after the other, is that of the bytes (ECDSA on P-256 with SHA-256).
int crypto_checks_es256(EVP_PKEY *key, const unsigned char signature[64], const unsigned char *bytes, size_t count);
