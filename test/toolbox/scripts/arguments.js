const { argv, stdout } = require('node:process');
for (const argument of argv.slice(2)) stdout.write(`${argument}\0`);
