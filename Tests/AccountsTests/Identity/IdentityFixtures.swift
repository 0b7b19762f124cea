/// Tokens of an identity provider that was made for them, with the keys that it published; the private keys are gone.
///
/// Made by `identity_provider.py` of the end-to-end tests; `iat` is 2026-11-20 12:00 UTC, when the time of the tests begins, and
/// `exp` ten minutes later.
enum IdentityFixtures {
    static let issuer = "https://id.example/realms/test"

    /// The key set: one that is no public key, one of each algorithm, and one that is too short.
    static let keySet = #"""
        {"keys": [{"kty": "oct", "kid": "secret", "k": "AAAA", "alg": "HS256"}, {"kty": "EC", "alg": "ES256", "use": "sig", "crv": "P-256", "kid": "ec-1", "x": "3io4ThThwPPVtfQhhe2t7yqiG3Ncuw4ntdIBUcZWk3Q", "y": "QOmGaNCKi0HT-C_tyXUW5Ix9QuggQcrI1mQr49n_X2M"}, {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "rsa-1", "n": "11Q7R0umJ7av24Lss6ekJj3peOiabi9tPyxHRhyR-0fcUHN_9343j9oUDvtqJxPqX56Wb2A-77NPu0yoiw2RqsUnqAwseMOjOFnvpJzVhUROPg6nIfuVqFw1-dtHmompPkzn40hdS58h6jPFjx8yFYHnMZ7gaiqrkyz0YudDsd6SdIMP9AJEm4GD-E9zeZUg5Wu133KR6n8ulE7EwgOZ8VqMsoSxKusPPrTmVyTsz0pZyogNSN3NYZ76k5n7lHgANY5AnSYPsOv9OuaEcQqYx9v8WYHIxezXz_T9KKz9D8VDZlLccmwG8V4ma5UnpDO9c8VFArvgrix48yYyP--HCw", "e": "AQAB"}, {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "weak", "n": "v-4g1mUWYdlO7glyBV8y147zMEJbcHU4TbgQKJ_XhB0bvphV4KvrvFFlrCm5Iygs8eWL84I5yfYEN8cBJ67AA5OgmgUK3G7bcYG6UyRjHPrqSmAPmluCidRurrjhvE3mJVxyQVnZhXdQJiOecLBiY6FLOX9jDyCIZ5mnJACRFPk", "e": "AQAB"}]}
        """#

    /// Of Ada, for "shuren".
    static let rs256 =
        "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAicnNhLTEifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtc"
        + "GxlL3JlYWxtcy90ZXN0IiwgImF1ZCI6ICJzaHVyZW4iLCAic3ViIjogImFkYSIsICJpYXQiOiAxNzk1MTc2MDAwLCAiZXhwI"
        + "jogMTc5NTE3NjYwMH0.eUKnfyAbjRq6vIpG03KgnLI3vkZ3qDgbYnFZVQrSYD7akm_oygNER9jdePEAXWaeRUiYmnR0d6kSc"
        + "ZcNQD-k98EsG3YYowtVSaOJIVKIiGoBh88mXMDRodBiXb46pz6k2mOAXVo9qy-YYWHZbgXtJ_a-DjKnSQk6xoixbKvQoIEfA"
        + "i2-TG2SgPmw6FUW388KK0lhj_C1tZPpfQ0ZlkjFtKfEz08xyWEk0VC_CQSYQ6EB7DAjeXUH4sXdLJdova6a_6PhQuYgVl8rN"
        + "P6LL_4aq0Ka3OFc5dSB5ji-fn18SkTf1hJh96BwJvKpcgRS_cXOVgexAInZrw9TPL6Uowi5sw"

    /// Of Bob, for "other" and "shuren".
    static let es256 =
        "eyJhbGciOiAiRVMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiZWMtMSJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGx"
        + "lL3JlYWxtcy90ZXN0IiwgImF1ZCI6IFsib3RoZXIiLCAic2h1cmVuIl0sICJzdWIiOiAiYm9iIiwgImlhdCI6IDE3OTUxNzY"
        + "wMDAsICJleHAiOiAxNzk1MTc2NjAwfQ.WaqOInovMGpb67Ke6kk97jfsxkbkORIeE5LUdz74ZYkdqYQ_y7vxYJkTsBBdNlzy"
        + "EnZ8tHGi4QtAPlM9f9trJQ"

    /// As Firebase writes them, of the project "shuren-demo".
    static let firebase =
        "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAicnNhLTEifQ.eyJpc3MiOiAiaHR0cHM6Ly9zZWN1cmV0b"
        + "2tlbi5nb29nbGUuY29tL3NodXJlbi1kZW1vIiwgImF1ZCI6ICJzaHVyZW4tZGVtbyIsICJhdXRoX3RpbWUiOiAxNzk1MTc1O"
        + "TgwLCAidXNlcl9pZCI6ICJYeVowYUJjRGVGZ0hpSmtMbU5vUHFSc1R1VjEyIiwgInN1YiI6ICJYeVowYUJjRGVGZ0hpSmtMb"
        + "U5vUHFSc1R1VjEyIiwgImlhdCI6IDE3OTUxNzU5OTAsICJleHAiOiAxNzk1MTc5NTkwLCAiZW1haWwiOiAiYWRhQGV4YW1wb"
        + "GUuY29tIiwgImVtYWlsX3ZlcmlmaWVkIjogdHJ1ZSwgImZpcmViYXNlIjogeyJpZGVudGl0aWVzIjogeyJlbWFpbCI6IFsiY"
        + "WRhQGV4YW1wbGUuY29tIl19LCAic2lnbl9pbl9wcm92aWRlciI6ICJwYXNzd29yZCJ9fQ.yUsNOdCvvBtdjhGmNjMB35sESS"
        + "x1Y3922-VOpQf3UHKCFJVnQg9DAC4R8d4hqSCSw-rGcbXq0SCwIlJvbKc-wjNxi1nb1LwPuPcj4Nb4Yl0bLv2p1I1qJKKUvo"
        + "O2nwKU51nRXxAbJcrkmLfz2sKCNTtscKBq0Hm2t1TSyEnB-yirmd6xQV2PWtA6lCawBkc5JiinCDjoIpxIyrp9eT71TvnUIf"
        + "nzcVxN6sPOxYYeR5niRHf_vp-VxpMiJqCgrzirx1nuVDIV8DcH8tvGMK64r81WuoAGxIYRbkz-vnnnc9NLaPnPMYLkbL2TfT"
        + "Q5r3iE7rSK9DD6-OSZLoNJxO5S8A"

    /// Without the name of a key.
    static let rs256Nameless =
        "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlL3JlYWxtcy90ZXN0Iiw"
        + "gImF1ZCI6ICJzaHVyZW4iLCAic3ViIjogImFkYSIsICJpYXQiOiAxNzk1MTc2MDAwLCAiZXhwIjogMTc5NTE3NjYwMH0.ZMb"
        + "VoeEVYIO154mtrULUiJJTm-ACET2oQXJBN5dR9K8rnstdp4bOjeZyNLKVppDk844IznKP0mDUQrhHt-eBavXXZ9Ga4s-464q"
        + "2faSocRglBYZX1N7hnDRCx8_YvVAvGxkuRiCIGfjYu_u5HAY6BC4EozZeXYAn1CCnetpxfWF_Ox1mODrEg9nHAeZuCcaGEO0"
        + "ZLaQ1f7RBEwFvXq_sUdBYXMl-WcErwgd8qz8bTHO4Q0__Uxv-f7zgrBxS7iFotkRg0fiXHBAXwuiC_jsZPXxLFw9fGPvrNBj"
        + "6sbpe0sxcfPjM-1boLgkdjvJpM3RZKzAfQWJKQ0SbuInAes9t4Q"

    /// With the name of a key that is not published.
    static let unknownKey =
        "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAib3RoZXIifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtc"
        + "GxlL3JlYWxtcy90ZXN0IiwgImF1ZCI6ICJzaHVyZW4iLCAic3ViIjogImFkYSIsICJpYXQiOiAxNzk1MTc2MDAwLCAiZXhwI"
        + "jogMTc5NTE3NjYwMH0.ym4t7EvimAaq4r9svLgZ6NIiAq0HgOWs4_xau1-gRpxBZ9x4mBxFlPIir-yhUYHVORyPccgKxwlne"
        + "ogo4rTuyLwu-D4dxbDXSjibakE69mRHBEFF0ssH6-_Td8nEkAZRM4GErqK01v4f6f86xuInVoGEY6nyJ7KCU34cpdv50fRnG"
        + "pzEywdnLQpduksB4XulhgYqYJghkoSSEpR11bb0eHZI_mlxgXM7PILzF3Lu79DChNjNl-iM6VaahOKvuAteiyvBlQN27OE3K"
        + "hwrykRIbw6FnU6t1QfG_U7n6cEMx3xbz1D56zm3qqlBZmdVly8hja4cjbl66U08xjM7MOTviA"

    /// Signed with the published key as a shared secret.
    static let hs256 =
        "eyJhbGciOiAiSFMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAicnNhLTEifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtc"
        + "GxlL3JlYWxtcy90ZXN0IiwgImF1ZCI6ICJzaHVyZW4iLCAic3ViIjogImFkYSIsICJpYXQiOiAxNzk1MTc2MDAwLCAiZXhwI"
        + "jogMTc5NTE3NjYwMH0.oWg9RVSGVn0pd4Zz6V7za59zMvuGO9YNXaLXwzsqAXU"

    /// Signed by nobody.
    static let unsigned =
        "eyJhbGciOiAibm9uZSIsICJ0eXAiOiAiSldUIn0.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlL3JlYWxtcy90ZXN0Iiwg"
        + "ImF1ZCI6ICJzaHVyZW4iLCAic3ViIjogImFkYSIsICJpYXQiOiAxNzk1MTc2MDAwLCAiZXhwIjogMTc5NTE3NjYwMH0."

    /// Asks for something that has to be understood.
    static let critical =
        "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAicnNhLTEiLCAiY3JpdCI6IFsiYjY0Il0sICJiNjQiOiB0"
        + "cnVlfQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGxlL3JlYWxtcy90ZXN0IiwgImF1ZCI6ICJzaHVyZW4iLCAic3ViIjogI"
        + "mFkYSIsICJpYXQiOiAxNzk1MTc2MDAwLCAiZXhwIjogMTc5NTE3NjYwMH0.vTSXZQ_Tvz_jEs7W5JJNR27LoPvT4P1dv1cSX"
        + "9xGeBC6S6u2oL9GzhLG616JpOjEvSLbtuSxnGCjKwyqPBTSVPBOeVoJtdwABTmeGlQiyIUsAg4NZt3Qujrrx11jhINl15_Jy"
        + "k8L1dQVOGCjwpQqI49c7PQmzkP09aT_VU6_i5RenMV6hFam40MZDQiOETOf7vKUlJGk05DOKp0c-5VQRfAbGASZ4s8aT7NHN"
        + "ZrXxdt-GrpkgoIoCMN3KQ7p1mOh9053r4EqYvCowkg1xJTmDcA9SUKPcGYNRx_q6YoYpvDbx64iJlPjJ5W7gtYaOM8VMiUBD"
        + "ksE0U7xF5KKwfVayw"

    /// Signed by the one key, in its way, under the name of the other.
    static let esNamedAsRSA =
        "eyJhbGciOiAiRVMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAicnNhLTEifQ.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtc"
        + "GxlL3JlYWxtcy90ZXN0IiwgImF1ZCI6ICJzaHVyZW4iLCAic3ViIjogImFkYSIsICJpYXQiOiAxNzk1MTc2MDAwLCAiZXhwI"
        + "jogMTc5NTE3NjYwMH0.IDsAkGceGll72ULPI08_coj60gNkhvsHp06X73gnQ6Lzt4pZGgcDjiDk7Q1oVzcE8CPBJZ-qIOTZc"
        + "C-ertm6ig"

    /// The same the other way around.
    static let rsaNamedAsES =
        "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiZWMtMSJ9.eyJpc3MiOiAiaHR0cHM6Ly9pZC5leGFtcGx"
        + "lL3JlYWxtcy90ZXN0IiwgImF1ZCI6ICJzaHVyZW4iLCAic3ViIjogImFkYSIsICJpYXQiOiAxNzk1MTc2MDAwLCAiZXhwIjo"
        + "gMTc5NTE3NjYwMH0.hL2xD1LvYw1kp0BIXkzdAViDkM2UEeoCVa0582BdXwmWeHRm96HEs1YPfAkyHNr3BxbKN1IcOGvC8Jv"
        + "ddJsWtYY-fn0EE8I6DQI0JRl0fHJbEDvGEqqpdkha_4bdWay_tT7iOoT-_lbIvnreeVkE1Z0ulJ9O2D818Smp8HnNDO3a4b0"
        + "FSqmDxnefHS29V4w1qtlFLTzhJyCuQsXVHechp8f8pag9CtbG6GHeC3Sf5UNPvo0Daxj015BSZeFCy_zh1Q_96Skw1_cGiKe"
        + "ym2lRaZfcf0biGAUEUFOwbQ8ZRNROkkYSwA0ky4os9pH1b27E8wxpwLYAoWt_XcD9gVX9fA"

    /// Of another type.
    static let otherType =
        "eyJhbGciOiAiUlMyNTYiLCAidHlwIjogImxvZ291dCtqd3QiLCAia2lkIjogInJzYS0xIn0.eyJpc3MiOiAiaHR0cHM6Ly9p"
        + "ZC5leGFtcGxlL3JlYWxtcy90ZXN0IiwgImF1ZCI6ICJzaHVyZW4iLCAic3ViIjogImFkYSIsICJpYXQiOiAxNzk1MTc2MDAw"
        + "LCAiZXhwIjogMTc5NTE3NjYwMH0.yr6oh338yADmwPj-CUd4XQKnvX-afa1C-Pd5NV3h1O4PCU42DT7Liwi-RNPtvvFzh1SS"
        + "ns-ekURboNTLq4W8OEBKhvRy81Tqd-A6vh0_L4m1eEsh1r6j6V7JiGOovlfBxlCjxtL0aRjc7otNeU4I9uD3tGEIViVnfU20"
        + "v3_Adt7hluHH8YCKhnpsEq79gwvP2-C9Z7Ecs1rL4K1i8mF8rHXkh3crXy447KMqEvKeYDOI5ItU8ZI3cE__ok-N9asH25gJ"
        + "hn4SLPmWXnIXiVXNl67klIkp1eR96rBEXH334uJe4w3Ka6RM4p1X-zmjAQUj2E1-J1UrQgcvtIfY4a0RyA"
}
