// Where a phone can put a model into the room, its link does; elsewhere it says what there is to download.
const opensQuickLook = document.createElement("a").relList.supports("ar");
const opensSceneViewer = /Android/.test(navigator.userAgent);

if (!opensQuickLook) {
    for (const link of document.querySelectorAll("a[rel=ar]")) {
        link.textContent = link.firstElementChild.alt;
        link.download = "";
    }
}
if (opensSceneViewer) {
    for (const link of document.querySelectorAll("a[data-viewer]")) {
        // Scene Viewer falls back to the file itself.
        link.href = link.dataset.viewer;
        link.removeAttribute("download");
    }
}
