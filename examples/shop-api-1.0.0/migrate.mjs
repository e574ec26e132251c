// The job migrate runs this with the new image, before the service gets it.
const steps = ['orders: add column note', 'orders: add index on created_at'];

for (const [index, step] of steps.entries()) {
  await new Promise((resolve) => setTimeout(resolve, 150));
  console.log(`${step}, for shop-api 1.0.0`);
  console.log(`::progress ${Math.round((100 * (index + 1)) / steps.length)} ${step}`);
}
console.log(`::output migrations=${steps.length}`);
