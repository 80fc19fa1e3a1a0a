// What waits on this phone: signed checks with their photos, in IndexedDB, by the id that the form gave them.

const NAME = "houqin.checks";
const STORE = "checks";

function opened() {
  return new Promise((done, fail) => {
    const request = indexedDB.open(NAME, 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE, { keyPath: "key" }));
    request.addEventListener("success", () => done(request.result));
    request.addEventListener("error", () => fail(request.error));
  });
}

async function within(mode, act) {
  const database = await opened();
  try {
    return await new Promise((done, fail) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.addEventListener("complete", () => done(request.result));
      transaction.addEventListener("abort", () => fail(transaction.error));
      transaction.addEventListener("error", () => fail(transaction.error));
    });
  } finally {
    database.close();
  }
}

export const keep = (check) => within("readwrite", (store) => store.put(check));
export const drop = (key) => within("readwrite", (store) => store.delete(key));

// Only this person's: nobody's check is signed by whoever logs in next on the same phone.
export async function waiting(person) {
  const all = await within("readonly", (store) => store.getAll());
  return all.filter((check) => check.person === person).sort((one, other) => one.at - other.at);
}
