import { expect, test } from "vitest";
import { decodeLine, encodeRecord } from "../../../src/journal/codec.ts";
import type { JournalRecord } from "../../../src/journal/records.ts";

const float = '{\\"name\\": \\"FloatDistribution\\", \\"attributes\\": {\\"low\\": 0, \\"high\\": 1}}';
const choices = '{\\"name\\": \\"CategoricalDistribution\\", \\"attributes\\": {\\"choices\\": [1, 2]}}';

/** Lines as Optuna writes them. */
const SOUND = [
  '{"op_code":0,"worker_id":"W","study_name":"demo","directions":[1]}',
  '{"op_code":1,"worker_id":"W","study_id":1}',
  '{"op_code": 2, "worker_id": "W", "study_id": 0, "user_attr": {"script": null}}',
  '{"op_code":3,"worker_id":"W","study_id":0,"system_attr":{"study:metric_names":["val_loss"]}}',
  '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":"2026-11-21T02:00:07.992313+00:00"}',
  '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"state":4,"value":null,"values":null,"distributions":{},"params":{},"user_attrs":{},"system_attrs":{"fixed_params":{"lr":0.01}},"intermediate_values":{}}',
  `{"op_code":4,"worker_id":"W","study_id":1,"datetime_start":"2026-11-21T02:00:08","state":1,"value":null,"values":[0.5,Infinity],"datetime_complete":"2026-11-21T02:00:08.093900","distributions":{"x":"${float}"},"params":{"x":1.0},"intermediate_values":{"0":1.0,"1":NaN}}`,
  `{"op_code":5,"worker_id":"W","trial_id":0,"param_name":"x","param_value_internal":0.01,"distribution":"${float}"}`,
  '{"op_code":6,"worker_id":"W","trial_id":0,"state":1,"values":[1.7],"datetime_complete":"2026-11-21T02:00:07.991610+00:00"}',
  '{"op_code":6,"worker_id":"W","trial_id":1,"state":0,"values":null,"datetime_start":"2026-11-21T02:00:07.956662"}',
  '{"op_code":6,"worker_id":"W","trial_id":1,"state":4,"values":null}',
  '{"op_code":7,"worker_id":"W","trial_id":0,"step":0,"intermediate_value":NaN}',
  '{"op_code":7,"worker_id":"W","trial_id":0,"step":0,"intermediate_value":null}',
  '{"op_code":8,"worker_id":"W","trial_id":0,"user_attr":{"ckpt":"a/b.pt"}}',
  '{"op_code":9,"worker_id":"W","trial_id":0,"system_attr":{"completed_rung_0":1.5},"more":[1]}',
  '{"op_code":10,"worker_id":"W","trial_ids":[1]}',
];

test.each(SOUND)("%s is a record, whatever its line's end", (line) => {
  const { record, problem } = decodeLine(line);
  expect(problem).toBeUndefined();
  for (const text of [`${line}\n`, `${line}\r\n`, `\ufeff${line}`, ` ${line}`]) {
    expect(decodeLine(text).record).toEqual(record);
  }
  expect(decodeLine(encodeRecord(record as JournalRecord)).record).toEqual(record);
});

test.each<[string, RegExp]>([
  ["", /blank/],
  ["\r", /blank/],
  ["\0\0\0", /no JSON/],
  ['{"op_code":7,"worker_id":"W","tri', /no JSON/],
  ['{"op_code":7}{"op_code":7}', /no JSON/],
  ["[1]", /no JSON object/],
  ["null", /no JSON object/],
  ["{}", /no `op_code`/],
  ['{"op_code":"4"}', /no `op_code`/],
  ['{"op_code":0,"study_name":1,"directions":[1]}', /`study_name`/],
  ['{"op_code":0,"study_name":"a","directions":[3]}', /`directions`/],
  ['{"op_code":1}', /`study_id`/],
  ['{"op_code":2,"study_id":0,"user_attr":{"a":1,"b":2}}', /`user_attr`/],
  ['{"op_code":3,"study_id":0,"system_attr":{}}', /`system_attr`/],
  ['{"op_code":4,"study_id":0,"datetime_start":null}', /`worker_id`/],
  ['{"op_code":4,"worker_id":"W","study_id":0}', /`datetime_start`/],
  ['{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":"soon"}', /`datetime_start`/],
  [
    '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"datetime_complete":null}',
    /`datetime_complete`/,
  ],
  ['{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"state":5}', /`state`/],
  ['{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"value":1,"values":[1]}', /both/],
  ['{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"values":["1"]}', /`values`/],
  [
    '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"params":{"x":1}}',
    /"x" has no distribution/,
  ],
  [
    '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"params":{"toString":1}}',
    /"toString" has no/,
  ],
  [
    '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"distributions":{"x":{"name":"F"}}}',
    /in a string/,
  ],
  [
    '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"distributions":{"x":"{}"}}',
    /none of Optuna's/,
  ],
  [
    `{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"params":{"x":2},"distributions":{"x":"${choices}"}}`,
    /no choice 2/,
  ],
  ['{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"user_attrs":[]}', /`user_attrs`/],
  [
    '{"op_code":4,"worker_id":"W","study_id":0,"datetime_start":null,"intermediate_values":{"x":1}}',
    /`intermediate_values`/,
  ],
  [
    `{"op_code":5,"trial_id":0,"param_name":"x","param_value_internal":"1","distribution":"${float}"}`,
    /no number/,
  ],
  ['{"op_code":6,"trial_id":0,"state":1,"values":[1]}', /`datetime_complete`/],
  ['{"op_code":6,"trial_id":0,"state":0,"values":null}', /`datetime_start`/],
  ['{"op_code":6,"trial_id":0,"state":3}', /`values`/],
  ['{"op_code":7,"trial_id":0,"step":"1","intermediate_value":1}', /`step`/],
  ['{"op_code":7,"trial_id":0,"step":1}', /`intermediate_value`/],
  ['{"op_code":8,"trial_id":0,"user_attr":null}', /`user_attr`/],
  ['{"op_code":9,"trial_id":null,"system_attr":{"a":1}}', /`trial_id`/],
])("%s is a problem", (line, message) => {
  const decoded = decodeLine(line);
  expect(decoded.record).toBeUndefined();
  expect(decoded.problem).toMatch(message);
});

test.each([11, 12, 99, -1, 4.5])("operation %d is told as unknown", (code) => {
  const { problem, ...rest } = decodeLine(`{"op_code":${code},"worker_id":"W"}`);
  expect(problem).toContain(`Operation ${code} is unknown`);
  expect(rest).toEqual({ operation: code });
});
