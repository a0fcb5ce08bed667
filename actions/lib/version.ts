/** Of this action, as package.json has it. Written into records, so that whoever cannot read one knows who can. */
export const VERSION = '0.1.0';
