// Passkeys: a form with data-passkey asks that path what to ask the browser, and goes on with its answer. At most 4 KB.
(() => {
  const able = "PublicKeyCredential" in window && "credentials" in navigator;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const named = (known) => known.map((one) => ({ ...one, id: bytes(one.id) }));

  const make = async ({ publicKey }) => {
    const user = { ...publicKey.user, id: bytes(publicKey.user.id) };
    const excludeCredentials = named(publicKey.excludeCredentials ?? []);
    const asked = { ...publicKey, user, excludeCredentials, challenge: bytes(publicKey.challenge) };
    const made = await navigator.credentials.create({ publicKey: asked });
    const { attestationObject, clientDataJSON } = made.response;
    return { made, response: { attestationObject: text(attestationObject), clientDataJSON: text(clientDataJSON) } };
  };

  const use = async ({ publicKey }) => {
    const allowCredentials = named(publicKey.allowCredentials ?? []);
    const asked = { ...publicKey, allowCredentials, challenge: bytes(publicKey.challenge) };
    const made = await navigator.credentials.get({ publicKey: asked });
    const { authenticatorData, clientDataJSON, signature, userHandle } = made.response;
    const response = {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: text(userHandle),
    };
    return { made, response };
  };

  // Which of the sentences beside the button says it.
  const say = (form, what) => {
    for (const sentence of form.querySelectorAll("[data-trouble]")) sentence.hidden = sentence.dataset.trouble !== what;
  };

  const run = async (form) => {
    const begun = await fetch(form.dataset.passkey, { method: "POST", headers: { accept: "application/json" } });
    if (begun.status === 401) return location.reload();
    if (begun.status === 403 && form.dataset.confirm) return location.assign(form.dataset.confirm);
    if (!begun.ok) return say(form, begun.status === 429 ? "limit" : begun.status < 500 ? "failed" : "busy");
    const { ticket, options } = await begun.json();
    const { made, response } = await (options.publicKey.user ? make : use)(options);
    const answer = `${ticket} ${JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response })}`;
    if (form.dataset.here) return form.dispatchEvent(new CustomEvent("passkey", { detail: answer }));
    form.elements.answer.value = answer;
    form.submit();
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.passkey) return;
    event.preventDefault();
    if (!able || form.ariaBusy === "true") return;
    say(form, "");
    form.ariaBusy = "true";
    try {
      await run(form);
    } catch (error) {
      // A request that came to nothing is a TypeError.
      const known = { InvalidStateError: "known", NotAllowedError: "cancelled", TypeError: "busy" };
      say(form, known[error.name] ?? "failed");
    }
    form.ariaBusy = null;
  });

  if (able) for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = false;
})();
