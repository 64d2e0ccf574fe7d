/** Owns telling a pasted config from an address, without what it takes to read one: the popup asks at every paste. Pure. */
const CONFIG = /^\s*(?:[{[]|\/[/*]|(?:vscode|vscode-insiders|vscodium|cursor|windsurf|lmstudio|goose):)/i;

export const looksLikeConfig = (text: string): boolean => CONFIG.test(text);
