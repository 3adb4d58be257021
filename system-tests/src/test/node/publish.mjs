// node publish.mjs BOOTSTRAP_SERVERS TENANT INSTANCE FILE
//
// FILE holds a JSON array of {id, enrollmentId, type, step, occurredAt, structured}. Each becomes one engagement event, as
// docs/events.md describes it: in binary mode, or as a structured CloudEvent where "structured" is true.
import { readFileSync } from 'node:fs';
import kafkajs from 'kafkajs';

const { Kafka, logLevel } = kafkajs;
const TOPIC = 'engagement.events.v1';
const TYPE = 'io.throughline.engagement';
const AT_ONCE = 500;

const [bootstrapServers, tenant, instance, file] = process.argv.slice(2);
const source = `kafkajs/${instance}`;

const data = (event) => ({
  instanceId: instance,
  enrollmentId: event.enrollmentId,
  channel: 'email',
  eventType: event.type,
  stepNumber: event.step,
  occurredAt: event.occurredAt,
  metadata: { client: 'kafkajs' },
});

const binary = (event) => ({
  key: event.enrollmentId,
  value: JSON.stringify(data(event)),
  headers: {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: source,
    ce_type: TYPE,
    ce_time: event.occurredAt,
    tenant,
  },
});

const structured = (event) => ({
  key: event.enrollmentId,
  value: JSON.stringify({
    specversion: '1.0',
    id: event.id,
    source,
    type: TYPE,
    time: event.occurredAt,
    datacontenttype: 'application/json',
    tenant,
    data: data(event),
  }),
  headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
});

const messages = JSON.parse(readFileSync(file, 'utf8')).map((event) =>
  event.structured ? structured(event) : binary(event),
);
const producer = new Kafka({
  clientId: 'engagement-publisher',
  brokers: bootstrapServers.split(','),
  logLevel: logLevel.WARN,
}).producer();

await producer.connect();
try {
  for (let first = 0; first < messages.length; first += AT_ONCE) {
    await producer.send({ topic: TOPIC, acks: -1, messages: messages.slice(first, first + AT_ONCE) });
  }
} finally {
  await producer.disconnect();
}
console.log(`published ${messages.length}`);
