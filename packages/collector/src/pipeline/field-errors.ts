import type { Detail, FieldError } from '@uet-capi/protocol';

/** `data[3].userData.em` without its first step. */
export function fieldPath(propertyName: string): string {
  return propertyName.replace(/^data\[\d+\]\.?/, '');
}

/** Microsoft's details in the words of our own routes. */
export function fieldErrors(details: readonly Detail[]): FieldError[] {
  return details.map(({ propertyName, errorCode, errorMessage }) => ({
    path: fieldPath(propertyName),
    code: errorCode,
    message: errorMessage,
  }));
}
