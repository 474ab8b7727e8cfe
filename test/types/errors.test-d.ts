// ErrorCode is a union that a switch can be checked against, not a string.
import type { ErrorCode, ValueError } from '../../dist/errors.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

expectType<Equal<ValueError['code'], ErrorCode>>();
expectNot<Equal<ErrorCode, string>>();
expectNot<IsAny<ErrorCode>>();

declare const error: ValueError;

// @ts-expect-error a code that does not exist
export const isUnknown: boolean = error.code === 'ERR_SESSION_NO_SUCH_CODE';

// @ts-expect-error codes are fixed when the error is made
error.code = 'ERR_SESSION_NO_SECRET';
