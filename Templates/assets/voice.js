// Searching by voice, where the browser can: what is heard stands in the field, and what is heard to the end is searched.
export function listen(form, copy, word) {
    const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
    if (!Recognition) return;
    const ear = Object.assign(new Recognition(), { lang: document.documentElement.lang, interimResults: true });
    const button = copy("#voice"), told = copy("#voice", 1);
    const tell = (isOn, text) => {
        button.ariaPressed = isOn;
        told.textContent = text;
    };
    button.onclick = () => button.ariaPressed === "true" ? ear.stop() : ear.start();
    ear.onstart = () => tell(true, word("listening"));
    ear.onend = () => button.ariaPressed === "true" && tell(false, "");
    ear.onerror = ({ error }) => tell(false, word(error === "not-allowed" ? "noMicrophone" : "unheard"));
    ear.onresult = ({ results: [result] }) => {
        form.q.value = result[0].transcript;
        if (result.isFinal) form.requestSubmit();
    };
    form.q.after(button);
    form.append(told);
}
