import { Ajv, type ErrorObject } from "ajv";

/** Checks a value against the definition's schema; what it found wrong stands in `errors` afterwards. */
export interface Validator {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** Keywords of the schema that are meant for editors or for our messages. */
const ANNOTATIONS = [
  "defaultSnippets",
  "enumDescriptions",
  "errorMessage",
  "patternErrorMessage",
  "allowTrailingCommas",
];

/** Ajv as definitions want it: all errors, with the values that they are about. */
export function definitionAjv(code?: { readonly source: true; readonly esm: false }): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strictTypes: false,
    strictRequired: false,
    ...(code && { code }),
  });
  ajv.addVocabulary(ANNOTATIONS);
  return ajv;
}

/** Compiles the schema here and now, which takes some 90 ms; the build does it beforehand for the extension host. */
export function compileSchema(schema: Readonly<Record<string, unknown>>): Validator {
  return definitionAjv().compile(schema);
}
