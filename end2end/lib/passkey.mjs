// A device that keeps passkeys, as Chromium plays it, and the address where browsers know them.

/** The same server by a name: browsers know no passkeys for addresses in figures. */
export const byName = (house) => house.address.replace("127.0.0.1", "localhost");

/** Plugs a device in whose owner is always there and known to it. */
export async function plugIn({ context, page }) {
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    /** What it keeps. */
    kept: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
  };
}
