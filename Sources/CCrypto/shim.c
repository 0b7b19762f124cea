#include "CCrypto.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <string.h>

/// Makes a public key of parameters, which it frees, and leaves no error behind for whoever asks OpenSSL next.
static EVP_PKEY *public_key(const char *type, OSSL_PARAM *parameters) {
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = parameters ? EVP_PKEY_CTX_new_from_name(NULL, type, NULL) : NULL;
    if (!context || EVP_PKEY_fromdata_init(context) <= 0 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) <= 0) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    ERR_clear_error();
    return key;
}

EVP_PKEY *crypto_rsa_key(const unsigned char *modulus, size_t modulus_count, const unsigned char *exponent,
                         size_t exponent_count) {
    BIGNUM *n = BN_bin2bn(modulus, (int)modulus_count, NULL);
    BIGNUM *e = BN_bin2bn(exponent, (int)exponent_count, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    if (n && e && builder && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e))
        parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY *key = public_key("RSA", parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    BN_free(e);
    return key;
}

EVP_PKEY *crypto_p256_key(const unsigned char x[32], const unsigned char y[32]) {
    unsigned char point[65] = {POINT_CONVERSION_UNCOMPRESSED};
    memcpy(point + 1, x, 32);
    memcpy(point + 33, y, 32);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *parameters = NULL;
    if (builder && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point))
        parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY *key = public_key("EC", parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX *context = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
    // Where signatures are checked nobody looks any more whether the point is one of the curve's.
    if (key && (!context || EVP_PKEY_public_check(context) != 1)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return key;
}

static int checks(EVP_PKEY *key, const unsigned char *signature, size_t signature_count, const unsigned char *bytes,
                  size_t count) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int is_right = context && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                   EVP_DigestVerify(context, signature, signature_count, bytes, count) == 1;
    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return is_right;
}

int crypto_checks_rs256(EVP_PKEY *key, const unsigned char *signature, size_t signature_count,
                        const unsigned char *bytes, size_t count) {
    return checks(key, signature, signature_count, bytes, count);
}

int crypto_checks_es256(EVP_PKEY *key, const unsigned char signature[64], const unsigned char *bytes, size_t count) {
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL);
    BIGNUM *s = BN_bin2bn(signature + 32, 32, NULL);
    unsigned char *written = NULL;
    int length = 0;
    if (numbers && r && s && ECDSA_SIG_set0(numbers, r, s) == 1) {
        r = s = NULL;  // they are the signature's from here on
        length = i2d_ECDSA_SIG(numbers, &written);
    }
    int is_right = length > 0 && checks(key, written, (size_t)length, bytes, count);
    OPENSSL_free(written);
    ECDSA_SIG_free(numbers);
    BN_free(r);
    BN_free(s);
    ERR_clear_error();
    return is_right;
}
