for (const argument of process.argv.slice(2)) process.stdout.write(`${argument}\0`);
