// Passkeys between the server's JSON and the browser: bytes travel as base64url.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const listed = (list = []) => list.map(({ type, id }) => ({ type, id: bytes(id) }));

export const hasPasskeys = () => !!globalThis.PublicKeyCredential;

/** Null when the visitor turned away. */
async function unlessLeft(asking) {
    try {
        return await asking;
    } catch (reason) {
        if (["NotAllowedError", "AbortError", "InvalidStateError"].includes(reason.name)) return null;
        throw reason;
    }
}

/** A new passkey of this device, as the server wants it. */
export async function attestation({ challenge, user, excludeCredentials, ...rest }) {
    const credential = await unlessLeft(navigator.credentials.create({
        publicKey: { ...rest, challenge: bytes(challenge), user: { ...user, id: bytes(user.id) }, excludeCredentials: listed(excludeCredentials) },
    }));
    return credential && {
        id: credential.id, clientDataJSON: text(credential.response.clientDataJSON), attestationObject: text(credential.response.attestationObject),
    };
}

/** A sign of life of a passkey, as the server wants it. */
export async function assertion({ challenge, allowCredentials, ...rest }) {
    const credential = await unlessLeft(navigator.credentials.get({
        publicKey: { ...rest, challenge: bytes(challenge), allowCredentials: listed(allowCredentials) },
    }));
    if (!credential) return null;
    const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
    return {
        id: credential.id, clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature),
        ...userHandle && { userHandle: text(userHandle) },
    };
}
