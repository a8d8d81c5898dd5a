/** Why nothing was changed. */
export interface Refused {
  refused: /** A setting has a value that it cannot have. */
    | 'wrong'
    /** Something else stands in the way: the environment, another version, another site. */
    | 'fixed'
    | 'exists'
    | 'unknown';
  /** Of the setting, `goals[0].goal`. */
  path?: string;
  /** What is wrong and what to do. */
  message: string;
}
