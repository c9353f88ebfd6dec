// Loads the Chime SDK that `create` and `join` name in `sdk`. Whoever was refused may ask again.
function loadChimeSdk({ url, integrity }, seconds = 30) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src: url, integrity, crossOrigin: 'anonymous' });
    const timer = setTimeout(() => end(`SDK timeout: nothing for ${seconds} s`), seconds * 1000);
    const end = (fault) => {
      clearTimeout(timer);
      if (fault) script.remove();
      return fault ? reject(new Error(fault)) : resolve(window.ChimeSDK);
    };
    script.onload = () => end();
    script.onerror = () => end('SDK refused: it is not there, or not the file that was named');
    document.head.append(script);
  });
}
