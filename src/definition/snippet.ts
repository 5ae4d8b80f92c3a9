/** Placeholders of VS Code snippets: the n-th tab stop with what stands there first. */
export const stop = (n: number, text: string): string => `\${${n}:${text}}`;

/** A placeholder for a value that is no text: `^` takes the quotes away. */
export const bare = (n: number, text: string): string => `^${stop(n, text)}`;

/** A placeholder with a list to choose from. */
export const pick = (n: number, ...texts: string[]): string => `\${${n}|${texts.join(",")}|}`;
