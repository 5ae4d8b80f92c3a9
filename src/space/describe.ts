import type { Condition, Parameter, Test, Value } from "../protocol/space.ts";
import { alternatives, comparisons } from "./condition.ts";

const digits = (x: number): string => String(Number(x.toPrecision(3)));

/**
 * A value to the digits that matter: whole numbers whole, others to 3 significant digits, below 0.01 and from
 * a million on with an exponent: 81, 0.0712, 3.2e-3.
 */
export function formatValue(value: Value): string {
  if (value === null) return "none";
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value < 0 ? "−∞" : "∞";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return String(value);
  if (size < 0.01 || size >= 1e6) return value.toExponential(2).replace(/\.?0*e\+?/, "e");
  return size >= 1000 ? String(Math.round(value)) : digits(value);
}

const SIGNS: Readonly<Record<string, string>> = {
  "=": "=",
  "!=": "≠",
  "<": "<",
  "<=": "≤",
  ">": ">",
  ">=": "≥",
};

function describeTest(name: string, test: Test): string {
  if (Array.isArray(test)) {
    return test.length === 1
      ? `${name} = ${formatValue(test[0])}`
      : `${name} is one of ${test.map((value) => formatValue(value)).join(", ")}`;
  }
  if (typeof test !== "object" || test === null) return `${name} = ${formatValue(test as Value)}`;
  return comparisons(test)
    .map(([operator, value]) => `${name} ${SIGNS[operator] ?? operator} ${formatValue(value)}`)
    .join(" and ");
}

/** A condition in words: "optimizer = sgd and layers ≥ 2". */
export function describeCondition(condition: Condition): string {
  return alternatives(condition)
    .map((tests) =>
      Object.entries(tests)
        .map(([name, test]) => describeTest(name, test))
        .join(" and "),
    )
    .join(" or ");
}

/** The values of a parameter in a few words: "1e-6 … 1, log", "sgd, adam". */
export function describeParameter(parameter: Parameter): string {
  switch (parameter.type) {
    case "float":
    case "int": {
      const range = `${formatValue(parameter.low)} … ${formatValue(parameter.high)}`;
      const step = parameter.step === undefined ? "" : `, step ${formatValue(parameter.step)}`;
      return `${range}${step}${parameter.scale === "log" ? ", log" : ""}`;
    }
    case "boolean":
      return "true, false";
    default:
      return parameter.choices.map((choice) => formatValue(choice)).join(", ");
  }
}
