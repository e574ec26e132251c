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
  [join('S3_SK=wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY'), 'bPxR'],
  [join('GET /x?sk=wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY&a=1'), 'bPxR'],
  [join('sync --sk=wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY'), 'bPxR'],
  [join('S3_SK="wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY"'), 'bPxR'],
  [join('blob=wJalrXUtnFEMIK7MDENG', 'bPxRfiCYEXAMPLEKEYx1==, next'), 'bPxR'],
  [join('two=wJalrXUtnFEMIK7MDENG', 'bPxRfiCYEXAMPLEKEYx1=wJalrXUtnFEMIK7MDENG', 'bPxRfiCYEXAMPLEKEYx1'), 'bPxR'],
  [join('{"routing_key":"R0', '12ABCD34EFGH56IJKL78MNOP90QRST"}'), '12ABCD'],
  [join('routing_key=0123456789abcdef', '0123456789abcdef'), '0123456789abcdef'],
  [join('service_key: 0123456789abcdef', '0123456789abcdef'), '0123456789abcdef'],
  ['integration_key: x1y2z3', 'x1y2z3'],
  [join('STRIPE_KEY=wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY'), 'bPxR'],
  ['APP_KEY=base64:x1y2z3', 'x1y2z3'],
  ['DD_APP_KEY=x1y2z3', 'x1y2z3'],
  ['LICENSE_KEY=x1y2z3', 'x1y2z3'],
  [join('SENDGRID_KEY=x1y2z3', 'x4y5z6'), 'x1y2z3'],
  ['PGPASS=hunter2', 'hunter2'],
  ['DBPASS=hunter2 DBUSER=shop', 'hunter2'],
  ['passcode: 482913', '482913'],
  ['Passwort: hunter2', 'hunter2'],
  [join('JWT=abcd', '1234efgh'), 'abcd1234'],
  [join('BEARER=abcd', '1234efgh'), 'abcd1234'],
  [join('redis auth=abcd', '1234efgh ok'), 'abcd1234'],
  [join('auth: abcd', '1234efgh'), 'abcd1234'],
  [join('oauth = aB3_xY9-', 'kL2_mN4-pQ7'), 'kL2'],
  [join('hashing with salt=abcd', '1234efgh'), 'abcd1234'],
  [join('token abcd', '1234efgh is revoked'), 'abcd1234'],
  [join("refresh token 'abcd", "1234efgh' is revoked"), 'abcd1234'],
  [join('password abcd', '1234efgh was rejected'), 'abcd1234'],
  ['POST /form password%3Dhunter2%26a%3D1', 'hunter2'],
  ['GET /in?next=%2Fcb%3Faccess_token%3Dx1y2z3%26a%3D1', 'x1y2z3'],
  ['GET /in?next=%252Fcb%253Ftoken%253Dx1y2z3%2526a%253D1', 'x1y2z3'],
  ['body: %22password%22%3A%22hunter2%22', 'hunter2'],
  [join('POST https://discord', '.com/api/v10/webhooks/123/x1y2z3: 404'), 'x1y2z3'],
  [join('POST https://ptb.discord', '.com/api/webhooks/123/x1y2z3'), 'x1y2z3'],
  [join('POST https://canary.discord', '.com/api/v9/webhooks/123/x1y2z3'), 'x1y2z3'],
  [join('POST https://hooks.slack-gov', '.com/services/T0/B0/x1y2z3'), 'x1y2z3'],
  [join('POST https://outlook.office', '.com/webhook/x1y2z3@ab/IncomingWebhook/cd/ef'), 'x1y2z3'],
  [join('POST https://outlook.office365', '.com/webhook/x1y2z3@ab/IncomingWebhook/cd/ef'), 'x1y2z3'],
  [
    join('https://prod-1.westus.logic.azure', '.com:443/workflows/ab/triggers/manual/paths/invoke?sig=x1y2z3'),
    'x1y2z3',
  ],
  [join('https://1.d.environment.api.powerplatform', '.com:443/workflows/ab/invoke?sp=%2Frun&sig=x1y2z3'), 'x1y2z3'],
  [join('{"url":"https://a.api.powerplatform', String.raw`.com/invoke?sp=1\u0026sig=x1y2z3"}`), 'x1y2z3'],
  [join('<a href="https://a.api.powerplatform', '.com/invoke?sp=1&amp;sig=x1y2z3">'), 'x1y2z3'],
  [join('https://events.pagerduty', '.com/integration/x1y2z3/enqueue'), 'x1y2z3'],
  [join('https://events.eu.pagerduty', '.com/x-ere/x1y2z3'), 'x1y2z3'],
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
ERROR: insert violates foreign key constraint "fk_orders_user12345678" on table "orders"
Key (primary_key)=(12) already exists
primary_key=12 sort_key=2026-11-20
foreign key: user_id
key=user:12 evicted
key: value
cache miss for key=session:orders20261120
CACHE_KEY=orders20261120shard7
PARTITION_KEY=tenant12345678x
IDEMPOTENCY_KEY=550e8400-e29b-41d4-a716-446655440000
S3_KEY=exports/2026/11/20/orders20261120.csv
partition_key: orders
sort key: created_at
routing_key=orders.v1.created
published to exchange shop with routing_key: user.12.updated
service_key=shop-api
auth=oauth2 status=200
smtp auth=scram-sha-256
auth=12ms db=120ms render=1200000ms
auth=2.10.3 jwt=9.0.2 bearer-token-parser
jwt: expired
jwt==2.8.0 is installed
salt=3006.1 minion up
saltstack: salt: connected
oauth=google scopes=email
token 12 of 40
token v2 issued
token expired at 2026-11-20T09:00:00Z
token 20261120T090000Z rotated
token 2026-11-20 rotated
Unexpected token abcd1234efgh in JSON at position 3
the token user-service-2 issued is valid
password attempt 3 of 5
passwords rotated: 12
passcode required
Passwort: required
smtp_auth: enabled
GET /in?next=%2Fcb%3Ftoken_type%3Dbearer
GET /search?q=a%3Db%26page%3D2
GET https://discord.com/api/v10/gateway 429
POST https://events.pagerduty.com/v2/enqueue 202
GET https://outlook.office.com/mail/ 302
path=/var/lib/app-7Gh2/releases/20261121T175819Z/current/bin/start
key=exports-7Gh2/nightly/2026/11/21/orders/shop-aB3.csv
file=com/example/shop/checkout/OrderServiceImpl2Test/testTotals
commit=9c469320a1b2c3d4e5f60718293a4b5c6d7e8f90&ref=main
image=123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/api@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9
taskArn=arn:aws:ecs:us-west-2:111122223333:task/FargateCluster/c13b4cb40f1f4fe4a2971f76ae5a47ad
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

test.each([
  ['after a prompt', ['Enter password:', 'hunter2', 'ok'], ['Enter password:', '[redacted]', 'ok']],
  [
    'in a block of YAML',
    ['  password: |', '    hunter2', '  port: 5432'],
    ['  password: [redacted]', '    [redacted]', '  port: 5432'],
  ],
  ['in quotes', ['client_secret =', '"x1y2z3"'], ['client_secret =', '[redacted]']],
])('a value on the line below its name %s does not show', (_how, lines, told) => {
  expect(redactedTail(lines, 20, 100)).toEqual(told);
  expect(redactedTail(lines, lines.length - 1, 100)).toEqual(told.slice(1));
  expect(redactedTail(told, 20, 100)).toEqual(told);
});

test.each([
  ['secrets:', '  db_password_v1:'],
  ['secrets:', '  - shop-db-1'],
  ['tokens:', '42'],
  ['Invalid API key:', 'https://docs.example.com/v1/keys'],
  ['reading password:', '/run/secrets/db1'],
  ['missing token:', 'src/auth2/main.go:12'],
  ['missing token:', '2026-11-20T09:00:00.000Z'],
  ['password:', 'required'],
  ['worker:', 'worker-12a'],
])('below %s the line %s stays', (above, line) => {
  expect(redactedTail([above, line], 20, 100)).toEqual([above, line]);
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
  ...['https://', '@', '/', '?key=', '&sig=', 'auth=', 'salt', 'abcd1234efgh', '%3D', '%26', 'X_KEY=', '=='],
);

test('redacting what was redacted changes nothing', () => {
  const line = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''));
  const check = (one: string) => {
    expect(redact(redact(one))).toBe(redact(one));
  };
  fc.assert(fc.property(line, check), { numRuns: 500 });
});
