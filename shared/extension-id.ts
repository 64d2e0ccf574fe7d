/**
 * Owns the identity of the Chromium build: the manifest's public key, and the id that browsers derive from it.
 * Nobody holds the private half: the key is there so that an unpacked build has the same id on every machine, which the
 * backend then knows. A store assigns its own id; MOORING_EXTENSION_IDS adds it.
 */

/** Public key of the manifest, base64 of the SubjectPublicKeyInfo (DER). */
export const EXTENSION_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvH6YaiFujpTorXfHrl2Ri9q1ieoFbUqCFKkRpKdhVeqXcCrXPzwPpWZM1lADlL5gSO0mWf1ccaduB3xTqEAlIGAB78WVqezH9ZVgWiipUjdkzzQ9XPUaxLabYoPeqGnQbEPIixjtNNQJvhreZEyAYQ2CMErSIAR7gJqwQjN7Es9G/hUCC2Ny+kkgGpX+az6sMMfmL5Ey97yu+f8VViRSeLVYiTP/GSJ+dcBBuew5knOzTMG8Iycg8GD7/cJsu+HzuhAur9k+qCdG7FSwiPnB0Tpguw9FpAAWE6xPfrMoFUzLITI+OlzYSj8VvpUB1p1x4P7kyMFA3PCxHIh624EKOQIDAQAB';

/** The first 128 bits of the key's SHA-256, written with the letters a to p: what browsers do with `key`. */
export const EXTENSION_ID = 'jpfcdjchglpagkcgpnfjhmmkobonoakm';
