import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact, redactedTail } from '../../../shared/core/redact.ts';

// Put together here, so that no scanner takes this file for a leak.
const join = (...parts: string[]) => parts.join('');

/** A line, and what of it is secret. */
const telling: [line: string, secret: string][] = [
  [join('aws_access_key_id = ASIA', 'Y34FZKBOKMUTVV7A'), 'Y34FZ'],
  [join('aws_secret_access_key=wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY'), 'bPxR'],
  [join('AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjEJr', '//////////wEaCXVzLWVhc3QtMSJ'), 'IQoJ'],
  [join('github_pat_', '11ABCDEFG0abcdefghijkl_ABCDEFGHIJ'), '11ABC'],
  [join('xoxe.xoxp-', '1-Mi0yLTEyMzQ1Njc4'), 'Mi0y'],
  [join('rk_live_', '51H8abcdefghij'), '51H8'],
  [join('AIza', 'SyD-abcdefghijklmnopqrstuvwxyz12345'), 'SyD'],
  [join('npm_', 'abcdefghijklmnopqrstuvwxyz0123456789'), 'abcdefgh'],
  [join('pypi-', 'AgEIcHlwaS5vcmcCJDU3'), 'AgEI'],
  [join('sk-ant-', 'api03-abcdefghij0123456789'), 'api03'],
  [join('glpat-', 'abcdefghij0123456789'), 'abcdefghij'],
  [join('SG.', 'abcdefghijklmnopqrstuv.', 'abcdefghijklmnopqrstuvwxyz0123456789abcdefg'), 'abcdefghij'],
  [join('0123456789abcdef0123456789abcdef', '-us12'), '0123456789abcdef'],
  [join('kept in /srv/app/keys/wJalrXUtnFEMIK7MDENG', 'bPxRfiCYEXAMPLEKEY/x'), 'bPxR'],
  ['Authorization: Token 1234abcd', '1234abcd'],
  ['curl -u admin:hunter2 https://example.com', 'hunter2'],
  ['curl --user admin:hunter2 https://example.com', 'hunter2'],
  ['mysql -phunter2 -u root', 'hunter2'],
  ['docker login -u me -p x1y2z3 registry.example.com', 'x1y2z3'],
  ['sshpass -p x1y2z3 ssh host', 'x1y2z3'],
  ['PGPASSWORD=hunter2 pg_dump shop', 'hunter2'],
  ['MYSQL_PWD=hunter2 mysqldump shop', 'hunter2'],
  ['export DB_PASS="hunter2 two"', 'two'],
  ['redis://:p4ss@cache:6379', 'p4ss'],
  ['mongodb+srv://u:p4ss@cluster', 'p4ss'],
  ['jdbc:postgresql://h/db?user=u&password=hunter2&ssl=true', 'hunter2'],
  ['Server=h;Database=d;User Id=u;Password=hunter2;', 'hunter2'],
  ['Server=h;Uid=u;Pwd=hunter2;', 'hunter2'],
  ["host=h password='hunt er2' dbname=d", 'er2'],
  ['AccountKey=abcd1234/efgh==;EndpointSuffix=core.windows.net', 'abcd1234'],
  ['{ password: "x1y2" }', 'x1y2'],
  ["{ password: 'x1y2' }", 'x1y2'],
  ['  client_secret: x1y2', 'x1y2'],
  ['clientSecret=x1y2', 'x1y2'],
  ['GET /x?token=x1y2&z=1', 'x1y2'],
  ['GET /x?apikey=x1y2&z=1', 'x1y2'],
  ['GET /x?api-key=x1y2', 'x1y2'],
  ['GET /x?auth=x1y2', 'x1y2'],
  ['X-Api-Key: x1y2', 'x1y2'],
  ['the password is hunter2', 'hunter2'],
  ['Using API key: hunter2hunter2', 'hunter2'],
  ['Invalid API key hunter2hunter2.', 'hunter2'],
  ['password "hunter2" was rejected', 'hunter2'],
  ['JSESSIONID=ABCDEF0123456789', 'ABCDEF0'],
  ['otp=123456', '123456'],
  ['SENTRY_DSN=https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1', '0123456789abcdef'],
  ['//registry.npmjs.org/:_authToken=x1y2z3', 'x1y2z3'],
  ['machine github.com login me password x1y2z3', 'x1y2z3'],
  ['{"auths":{"r.example.com":{"auth":"dXNlcjpwYXNzd29yZA=="}}}', 'dXNl'],
  ['private_key: "-----BEGIN PRIVATE KEY-----\\nMIIE"', 'MIIE'],
  ['Bearer: abc123def456', 'abc123'],
  ['<password>hunter2</password>', 'hunter2'],
  ['<db:Password type="text">hunter2</db:Password>', 'hunter2'],
  ['Password:hunter2', 'hunter2'],
  ['passwd: hunter2', 'hunter2'],
  ['db_pass: 47110815', '47110815'],
  ['{"pass":47110815}', '47110815'],
  ['password: no way jose', 'jose'],
  ["ALTER USER shop WITH PASSWORD 'hunter2'", 'hunter2'],
  ["('password', 'hunter2')", 'hunter2'],
  ['API_TOKEN="abc" DB_PASSWORD="de f"', 'de f'],
  ['{"name":"DB_PASSWORD","value":"hunter2"}', 'hunter2'],
  ['{"value":"hunter2","name":"DB_PASSWORD"}', 'hunter2'],
  ['{"Name":"API_KEY","Value":"abc123"}', 'abc123'],
  ['{"command":["psql","--password","hunter2","-h","db"]}', 'hunter2'],
  ['password := "hunter2"', 'hunter2'],
  ['DB_PW=hunter2', 'hunter2'],
  ['STRIPE_KEY=hunter2', 'hunter2'],
  ['DATABASE_DSN=user:hunter2@tcp(db:3306)/shop', 'hunter2'],
  ['redis-cli -h cache -a hunter2 ping', 'hunter2'],
  ['environment=[{name=DB_PASSWORD, value=hunter2}]', 'hunter2'],
];

test.each(telling)('%s does not show %s', (line, secret) => {
  expect(line).toContain(secret);
  expect(redact(line)).not.toContain(secret);
  // A cause is redacted where it is made, and again as a part of the news.
  expect(redact(redact(line))).toBe(redact(line));
});

/** As they are printed day by day: words about secrets, and long numbers that are none. */
const harmless = `token count: 12
::output file=/tmp/batuta-Ehe5RF/home/shop-20261121T175819Z-17446.sql
wrote s3://backups-7Gh2/nightly/2026/11/21/shop-20261121T1758-aB3.dump in 4 s
/var/lib/docker/overlay2/l/W6QO3JHXW4PHSFAWPXVWT5ZQ6B/merged/usr/local/lib is busy
secret: true
password: false
FATAL: password authentication failed for user "shop"
ERROR 1045 (28000): Access denied for user 'shop'@'10.0.0.1' (using password: YES)
SyntaxError: Unexpected token < in JSON at position 0
SyntaxError: Unexpected token: '}'
SyntaxError: Unexpected token '}', "{"a":1}}" is not valid JSON
JsonWebTokenError: jwt malformed
parse error: unexpected token: identifier
tokens: 512, max_tokens: 4096
{"total_tokens":42000,"completion_tokens": 30000}
prompt_tokens=12 completion_tokens=30 total_tokens=42
error: secret "shop-db" not found
secret not found: shop/db
Secret: none
token=null
password: null
password=undefined
API key: missing
Invalid API key: see https://docs.example.com
GET /api/tokens 200 12ms
GET /login?next=/password 302
POST /password/reset 204 3ms
2026-11-20T09:00:00.000Z INFO password reset mail queued for 3 users
npm ERR! Unable to authenticate, need: Basic realm="x"
primary key: id
Duplicate entry 'abc' for key: 'users.email'
KeyError: 'token'
cache key=orders:12 hit
exit code=137
GET /callback?code=200&x=1
GET /a?key=12
s3://bucket/prefix/key=2026/part-0000.parquet
git sha 9c469320a1b2c3d4e5f60718293a4b5c6d7e8f90
commit=9c469320a1b2c3d4e5f60718293a4b5c6d7e8f90
arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS
arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/shop-api/73e2d6bc24d8a067
uuid 550e8400-e29b-41d4-a716-446655440000
Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1
traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"
java.lang.NullPointerException: Cannot invoke "com.shop.auth.TokenService.getToken()" because "this.tokenService" is null
    at com.shop.auth.TokenService.validate(TokenService.java:42)
    at org.springframework.security.authentication.UsernamePasswordAuthenticationToken.<init>(UsernamePasswordAuthenticationToken.java:12)
org.springframework.security.authentication.BadCredentialsException: Bad credentials
File "/usr/lib/python3.11/site-packages/jwt/api_jwt.py", line 210, in decode
jwt.exceptions.InvalidTokenError: Invalid token type
botocore.exceptions.ClientError: An error occurred (ExpiredTokenException) when calling the GetObject operation: The security token included in the request is expired
CannotPullContainerError: failed to resolve ref 123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api:1.1.0: not found
ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue. operation error ECR: GetAuthorizationToken, exceeded maximum number of attempts, 3
service shop-api (task 0123456789abcdef0123456789abcdef) failed container health checks.
[2026-11-20 09:00:00 +0000] [1] [INFO] Starting gunicorn 21.2.0
10.0.0.1 - - [20/Nov/2026:09:00:00 +0000] "GET /health HTTP/1.1" 200 2 "-" "ELB-HealthChecker/2.0"
{"level":"error","msg":"invalid token","path":"/api/orders","status":401,"ms":3}
level=info msg="token refreshed" user=bob
authorization failed: not allowed
Error: missing required environment variable: DB_PASSWORD
SECRET_KEY must be set
Tests: 12 passed, 0 failed
pass: 12 fail: 3
pass=12 fail=0
basic authentication is required
using basic configuration
bearer token is missing
Bearer authentication failed
passthrough: on
bypass=true
user@example.com logged in
http://user-service:8080/path@v1
git@github.com:org/repo.git
redis://cache:6379/0 connected
password policy: at least 12 characters
Password policy: minimum length 12
token type: Bearer
grant_type=client_credentials
secrets: 3 loaded
loading secrets from /run/secrets
secret rotation: done
token bucket: 100/s
auth: ok
webhook secret: configured
Migration 20261120090000_add_password_hash_to_users.sql applied
CreateTokensTable: migrating
ALTER TABLE users ADD COLUMN password_digest varchar(255);
column "token" does not exist
the password is wrong
the password is not set
jsonwebtoken: secret or public key must be provided
  File "/app/settings.py", line 12: SECRET_KEY = os.environ["SECRET_KEY"]
const password = process.env.DB_PASSWORD
GET "/users/password/edit?reset_password_token=[FILTERED]" for 10.0.0.1
ssl.truststore.password = [hidden]
authorization: denied for user bob
bearer token: present
pw: ok
docker login -u AWS --password-stdin 123456789012.dkr.ecr.us-east-1.amazonaws.com
[Nest] 1 - LOG [RouterExplorer] Mapped {/auth/token, POST} route +1ms
Using token endpoint https://idp.example.com/oauth/token
Error: secretOrPrivateKey must have a value
ssh key: /root/.ssh/id_rsa
mkdir -p /var/lib/app
docker run -p 8080:80 -u 1000:1000 shop/api
git checkout -b fix-password --track origin/main`.split('\n');

test.each(harmless)('%s stays as it is', (line) => expect(redact(line)).toBe(line));

test.each([
  ['in JSON', ['{', '  "name": "DB_PASSWORD",', '  "value": "hunter2"', '}'], '  "value": [redacted]'],
  ['in YAML', ['env:', '- name: DB_PASSWORD', '  value: hunter2', '- name: PORT'], '  value: [redacted]'],
])('a variable written over two lines %s does not show its value', (_how, lines, told) => {
  const expected = lines.map((line) => (line.includes('hunter2') ? told : line));
  expect(redactedTail(lines, 20, 100)).toEqual(expected);
  expect(redactedTail(lines, 2, 100)).toEqual(expected.slice(-2));
});

test('a value whose name is no secret stays', () => {
  const lines = ['- name: PORT', '  value: 8080'];
  expect(redactedTail(lines, 20, 100)).toEqual(lines);
});

const pieces = fc.constantFrom(
  ...['password', 'token', 'tokens', 'name', 'value', 'hunter2', 'a1B2', '12', 'true', 'Bearer ', 'authorization: '],
  ...[
    '=',
    ':',
    ' ',
    ',',
    '"',
    '\\"',
    "'",
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '<',
    '</',
    '>',
    '=>',
    '-u ',
    '--',
    '[redacted]',
  ],
  ...['https://', '@', '/', '?key=', '&sig='],
);

test('redacting what was redacted changes nothing', () => {
  const line = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''));
  const check = (one: string) => {
    expect(redact(redact(one))).toBe(redact(one));
  };
  fc.assert(fc.property(line, check), { numRuns: 500 });
});
