/* All that a screen uses of the two engines, to be weighed. */
export { taken, contextOf, lastOf } from "../src/engines/forms/inputs";
export { load } from "../src/engines/forms/definition";
export { progress } from "../src/engines/forms/progress";
export { chosen } from "../src/engines/forms/choose";
export { defaults, FormState, rowsOf } from "../src/engines/forms/state";
export {
  offeredAt,
  shapeErrors,
  signaturesOf,
  textToBind,
  verdict,
} from "../src/engines/forms/validate";
export { boundText } from "../src/engines/forms/values";
export { expand, fits, isUpper } from "../src/engines/expressions/masks";
