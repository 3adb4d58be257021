// Graphile Worker with the settings of its performance page. Arguments: database, jobs, rounds. Prints a line a round:
// jobs put in a second, jobs begun a second from the start of the worker.
const { Logger, run, runMigrations } = require("graphile-worker");
const { Pool } = require("pg");

const [connectionString, jobs, rounds] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const logger = new Logger(() => () => {});
const perSecond = (since) => jobs / (Number(process.hrtime.bigint() - since) / 1e9);

async function main() {
  const pgPool = new Pool({ connectionString, max: 25 });
  pgPool.on("error", () => {});
  pgPool.on("connect", (client) => client.on("error", () => {}));
  await runMigrations({ pgPool, logger });
  for (let round = 0; round < rounds; round++) {
    const asked = process.hrtime.bigint();
    await pgPool.query(
      `SELECT graphile_worker.add_jobs(ARRAY(
         SELECT json_populate_record(NULL::graphile_worker.job_spec,
                                     json_build_object('identifier', 'nothing', 'payload', json_build_object('n', n)))
         FROM generate_series(1, $1::integer) AS n))`,
      [jobs],
    );
    const bulk = perSecond(asked);
    let begun = 0;
    let all;
    const allBegun = new Promise((resolve) => (all = resolve));
    const started = process.hrtime.bigint();
    const runner = await run({
      pgPool,
      logger,
      noHandleSignals: true,
      taskList: { nothing: async () => { if (++begun === jobs) all(); } },
      preset: {
        worker: {
          concurrentJobs: 24,
          maxPoolSize: 25,
          localQueue: { size: 500 },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      },
    });
    await allBegun;
    console.log(`${bulk} ${perSecond(started)}`);
    await runner.stop();
  }
  await pgPool.end();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
