// On Android the link to a model opens it in Scene Viewer, which falls back to the file itself. Elsewhere it stays a download.
if (/Android/.test(navigator.userAgent)) {
    for (const link of document.querySelectorAll("a[data-viewer]")) {
        link.href = link.dataset.viewer;
        link.removeAttribute("download");
    }
}
