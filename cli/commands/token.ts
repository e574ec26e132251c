import { parseArgs } from 'node:util';
import { createToken, isTokenId, type Role, revokeToken, roles } from '../../shared/api/tokens.ts';
import { AwsCallFailed } from '../../shared/core/errors.ts';
import { toInstant } from '../../shared/core/time.ts';
import { dynamoTable, type Table } from '../../shared/store/table.ts';
import { type Command, UsageError } from '../command.ts';

const options = {
  role: { type: 'string', default: 'operator' },
  stage: { type: 'string', default: 'dev' },
  region: { type: 'string' },
} as const;

export const token: Command = {
  synopsis: 'create|revoke ID [--role viewer|operator|deployer|admin] [--stage STAGE] [--region REGION]',
  summary: "make or revoke a caller's token of the HTTP API, with your own AWS credentials",
  run: async (args, terminal, environment) => {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [action, id = '', ...more] = positionals;
    if (!isTokenId(id) || more.length > 0)
      throw new UsageError(
        'token wants an action and an id of lower-case letters, digits and dashes: batuta token create ci --role operator',
      );
    // The SDK itself does not read the AWS CLI's name for it.
    const region = values.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
    const table = dynamoTable(region ? { region } : {}, `batuta-${values.stage}`);
    try {
      if (action === 'create') terminal.out(await create(table, id, roleOf(values.role)));
      else if (action === 'revoke') terminal.out(await revoke(table, id));
      else throw new UsageError(`token cannot ${action}; it can create and revoke`);
    } catch (error) {
      if (error instanceof AwsCallFailed)
        throw new UsageError(`${error.message} (table batuta-${values.stage}; --stage and --region choose another)`);
      throw error;
    }
    return 0;
  },
};

function roleOf(text: string): Role {
  const role = roles.find((known) => known === text);
  if (!role) throw new UsageError(`${text} is no role; choose one of ${roles.join(', ')}`);
  return role;
}

async function create(table: Table, id: string, role: Role): Promise<string> {
  const made = await createToken(table, id, role, toInstant(Date.now()));
  if (!made) throw new UsageError(`there is a token ${id} already; revoke it first, or choose another id`);
  return made;
}

async function revoke(table: Table, id: string): Promise<string> {
  if (!(await revokeToken(table, id))) throw new UsageError(`there is no token ${id}`);
  return `${id} is revoked`;
}
