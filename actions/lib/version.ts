/** The version of this action, from package.json. It is written into records: an action that cannot read a record can name the version that can. */
export const VERSION = '0.1.0';
