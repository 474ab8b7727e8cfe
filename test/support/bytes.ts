// Bytes and text in the forms that vectors are written in.

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const toBase64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url');
