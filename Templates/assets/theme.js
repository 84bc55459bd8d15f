// Before anything is painted: the light that the visitor chose. Nothing else belongs here, since the page waits for it.
try {
    const wanted = localStorage.getItem("theme");
    if (wanted) document.documentElement.dataset.theme = wanted;
} catch { /* As on the device. */ }
