const given: string[] = process.argv.slice(2);
for (const argument of given) process.stdout.write(`${argument}\0`);
