export * from './acceptance.ts';
export * from './answer.ts';
export * from './click-id.ts';
export * from './event.ts';
export * from './identity.ts';
export * from './names.ts';
export * from './pixel-batch.ts';
