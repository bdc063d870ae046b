import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import {
  attempt,
  listProbes,
  nearestFigure,
  onCopy,
  signInFigure,
} from "../../lib/notebook/mod.ts";
import { jupyterDisplay } from "../../lib/notebook/shown.ts";
import { registerPhotos } from "../../lib/people/register_photos.ts";
import { listPhotos } from "../../lib/recognize/photo_files.ts";
import { createRecognizer } from "../../lib/recognize/recognizer.ts";
import { openStore } from "../../lib/store/open_store.ts";

const registered = await listPhotos("registration_photos", "andrew");

/** Users and names of the photos that a setting `signin_image` brings. */
async function probesOf(signinImage: string): Promise<string[]> {
  const probes = await listProbes({ signinImage, user: "andrew" }, registered);
  return probes.map(({ user, name }) => `${user}/${name}`);
}

Deno.test("listProbes() begins with the photo that signin_image names, and ends with strangers", async () => {
  const probes = await probesOf("./signin_photos/andrew_08.jpg");
  assert.deepEqual(
    probes.slice(0, 3),
    ["andrew/andrew_08.jpg", "andrew/andrew_06.jpg", "andrew/andrew_07.jpg"],
  );
  assert.match(probes.at(-1)!, /^hana\//);
});

Deno.test("listProbes() takes a photo in a folder named after a registered user for that user's, and the folders beside it for the others'", async () => {
  const probes = await probesOf("signin_photos/edgar/edgar_05.jpg");
  assert.equal(probes[0], "edgar/edgar_05.jpg");
  assert.deepEqual(
    probes.toSorted(),
    (await probesOf("./signin_photos/andrew_06.jpg")).toSorted(),
  );
});

Deno.test("listProbes() takes a photo beside the notebook alone, and the registered ones where there is none", async () => {
  assert.deepEqual(await probesOf("./LICENSE"), ["andrew/LICENSE"]);
  assert.equal((await probesOf("nowhere/me.jpg")).length, registered.length);
});

Deno.test("a store to try on", async (test) => {
  const folder = await Deno.makeTempDir();
  const recognizer = await createRecognizer();
  const store = await openStore(
    { store: `${folder}/embeddings.json`, savePath: `${folder}/faces` },
    recognizer,
  );
  const files = registered.filter(({ user }) => /^(beatriz|edgar)$/.test(user));
  await registerPhotos(recognizer, store, files);
  const [signingIn] = await listPhotos("signin_photos/edgar", "edgar");
  const rule = { threshold: 0.5, margin: 0, severalFaces: "refuse" } as const;
  const said = async (path: string, changed: object) => {
    const [file] = await listPhotos(path, "edgar");
    const { who, said } = await attempt(recognizer, store, file!, {
      ...rule,
      ...changed,
    });
    return { who, said };
  };

  await test.step("onCopy() keeps what is asked, leaves the store as it was, and removes the copy", async () => {
    const { path, held } = await onCopy(
      store,
      recognizer,
      async (copy) => {
        const held = (await copy.templates()).length;
        await copy.remove("edgar");
        return { path: copy.name, held };
      },
      (i) => i < 1,
    );
    assert.equal(held, 2);
    assert.equal((await store.templates()).length, files.length);
    assert.equal(existsSync(dirname(path)), false);
  });

  await test.step("onCopy() removes the copy where the trial fails", async () => {
    let path = "";
    await assert.rejects(
      onCopy(store, recognizer, (copy) => {
        path = copy.name;
        return Promise.reject(new RangeError("failed on purpose"));
      }),
      RangeError,
    );
    assert.notEqual(path, "");
    assert.equal(existsSync(dirname(path)), false);
  });

  await test.step("attempt() holds to the settings' margin and to what they do with several faces", async () => {
    const { path } = signingIn!;
    assert.equal((await said(path, {})).who, "edgar");
    const close = await said(path, { margin: 1 });
    assert.equal(close.who, "nobody");
    assert.match(close.said, /another user is less than the margin/);
    const two = "tests/photos/two_people.jpg";
    assert.match(
      (await said(two, {})).said,
      /^2 faces found in .*two_people\.jpg/,
    );
    assert.match(
      (await said(two, { severalFaces: "largest" })).said,
      /^\*\*(Accepted|Rejected): /,
    );
  });

  await test.step("signInFigure() draws what was decided, and says once why nothing was", async () => {
    const shownOf = async (path: string) => {
      const [file] = await listPhotos(path, "edgar");
      const made = await attempt(recognizer, store, file!, rule);
      return { made, shown: await signInFigure(store, made) };
    };
    const { made, shown } = await shownOf(signingIn!.path);
    assert.equal(typeof shown[0], "object");
    assert.deepEqual(shown.slice(1), [made.said]);
    const undecided = await shownOf("tests/photos/two_people.jpg");
    assert.deepEqual(undecided.shown, [undecided.made.said]);
  });

  await test.step("nearestFigure() says accepted only where the margin is kept", async () => {
    const templates = await store.templates();
    const { user, photo: name, vector } = templates[0]!;
    const chip = { width: 8, height: 8, data: new Uint8Array(192) };
    for (
      const [margin, verdict] of [[0, "accepted"], [1, "rejected"]] as const
    ) {
      const figure = await nearestFigure(
        [{ user, name, vector }],
        [{ photo: chip }],
        templates,
        { threshold: 0.5, margin },
      );
      assert.ok(typeof figure !== "string");
      assert.match(
        figure[jupyterDisplay]()["text/plain"]!,
        new RegExp(`0\\.00 away: ${verdict}\\.$`),
      );
    }
  });

  await store.close();
  recognizer.dispose();
  await Deno.remove(folder, { recursive: true });
});
