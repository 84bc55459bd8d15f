/** The page at an address, else its status, or 0 when nothing was reached. A document read this way runs no script and loads no picture. */
export const read = (url) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.onload = () => request.status === 200 && request.response ? resolve(request.response) : reject(request.status);
    request.onerror = () => reject(0);
    request.open("GET", url);
    request.send();
});
