/* What a draft (drafts.js) and its photos (photos.js) know of each other; either is on pages without the other. */
export const photoQueue = { keptAll: () => true, run() {}, settled() {}, unsent: () => [], tell() {} };
