/**
 * A certificate for 127.0.0.1 that nobody vouches for, until 2126, and its key. Made for these tests alone:
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=127.0.0.1
 * -addext subjectAltName=IP:127.0.0.1`
 */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUQ6mYBuy7kXelhSgdqlO6VQEQSmgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMzA5MTc0NFoYDzIxMjYxMDMw
MDkxNzQ0WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQzxPdZyyko5YOdRtplo2P8h6OPBYJqrQZk7NPqUUgUTjqIMetFVwke
L/ZiRuYenhth79BP2IssmL5ieEFRqNdbo2QwYjAdBgNVHQ4EFgQU17IrETp2xz6v
d6tsnyEl8TVzEoAwHwYDVR0jBBgwFoAU17IrETp2xz6vd6tsnyEl8TVzEoAwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IASzU58CF/Dfdck3ZnEoLsM9Vi9iTSlMzeVktG9F4BknAiEAxPNHDCsu1BDpitAy
7kaYlfPdJgU4QtSp10lWLhlfKxM=
-----END CERTIFICATE-----
`;

export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAg0sjk5NDndcEjdP
CSuv+GHZD5pzXa18QYGv6YTAQCuhRANCAAQzxPdZyyko5YOdRtplo2P8h6OPBYJq
rQZk7NPqUUgUTjqIMetFVwkeL/ZiRuYenhth79BP2IssmL5ieEFRqNdb
-----END PRIVATE KEY-----
`;
