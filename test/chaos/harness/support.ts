// Compiled into a folder of their own, the helpers of the tests are found by name only.
// eslint-disable-next-line @nx/enforce-module-boundaries
export * from '@arrears/testing';
