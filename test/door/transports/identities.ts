/** A key and its self-signed certificate, for tests only: both are public and guard nothing. Valid for a hundred years. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Speaks for 127.0.0.1 and localhost. */
export const LOOPBACK: Identity = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvoOzZ7x6jOjrA94Q
ZfOAV/Tlg5moPwhBNi+odpif2NehRANCAASt5/vnBHga9IluukugXL2uXOWaoGnk
jQXd+C7u3tdHay+WpteeNNocP5D4QgORUe2ecg/yHJQZp2uVYo5CrYIG
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBpDCCAUugAwIBAgIUbDnwHSedAkJnBL7SIXSnY9c4HZ8wCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOaW50ZXJsb2NrLXRlc3QwIBcNMjYxMTIyMjAzMDM0WhgPMjEy
NjEwMjkyMDMwMzRaMBkxFzAVBgNVBAMMDmludGVybG9jay10ZXN0MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEref75wR4GvSJbrpLoFy9rlzlmqBp5I0F3fgu7t7X
R2svlqbXnjTaHD+Q+EIDkVHtnnIP8hyUGadrlWKOQq2CBqNvMG0wHQYDVR0OBBYE
FPrho83yAfgVzV/e4dqe1IW4niDPMB8GA1UdIwQYMBaAFPrho83yAfgVzV/e4dqe
1IW4niDPMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYcEfwAAAYIJbG9jYWxo
b3N0MAoGCCqGSM49BAMCA0cAMEQCIBp/pg6v78kMGz9IWT6MjFUkhLkbsbli43FN
j1WxpUGvAiAn5Si6aofvsuuPnyw77QSuqUPXeTyoiq3/hpULQ0q46g==
-----END CERTIFICATE-----`,
};

/** Speaks for elsewhere.test: the wrong host. */
export const ELSEWHERE: Identity = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgx4+FeYhnYXa/yIZI
hIpClnd2eCXAFbVwNcTXZd5EbxShRANCAAQ2ucEicnvwDjcvIXrchinSy0m/MHBd
Hn0SGqJTO2EnHkGbdUiVwUtl49WFsZM8Qgvrf/yUfjZ7FXYJ3eUzFnud
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBuTCCAV6gAwIBAgIUb3MeQXRHFa/B6ALT2EX+2MIHjBgwCgYIKoZIzj0EAwIw
IzEhMB8GA1UEAwwYaW50ZXJsb2NrLXRlc3QtZWxzZXdoZXJlMCAXDTI2MTEyMjIw
MzAzNFoYDzIxMjYxMDI5MjAzMDM0WjAjMSEwHwYDVQQDDBhpbnRlcmxvY2stdGVz
dC1lbHNld2hlcmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ2ucEicnvwDjcv
IXrchinSy0m/MHBdHn0SGqJTO2EnHkGbdUiVwUtl49WFsZM8Qgvrf/yUfjZ7FXYJ
3eUzFnudo24wbDAdBgNVHQ4EFgQUpRAzwvIO1rae2sdIMd7XkmuxlHMwHwYDVR0j
BBgwFoAUpRAzwvIO1rae2sdIMd7XkmuxlHMwDwYDVR0TAQH/BAUwAwEB/zAZBgNV
HREEEjAQgg5lbHNld2hlcmUudGVzdDAKBggqhkjOPQQDAgNJADBGAiEAgEd/6QsL
nmqGjgJ0/i9uGC882Y2fgfa8EDOhp13q6j8CIQDEqBUFHUsq8x6cDKKfQHn6HNRa
5Wg+VBwKgMe1klrS5g==
-----END CERTIFICATE-----`,
};
