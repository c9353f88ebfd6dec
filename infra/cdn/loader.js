// Loads the Chime SDK that `create` and `join` name in `sdk`. Whoever was refused may ask again.
export function loadChimeSdk({ url, integrity }, seconds = 30) {
  const script = Object.assign(document.createElement('script'), { src: url, integrity, crossOrigin: 'anonymous' });
  const loaded = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`SDK timeout: nothing for ${seconds} s`)), seconds * 1000);
    script.addEventListener('load', () => resolve(window.ChimeSDK));
    script.addEventListener('error', () => reject(new Error('SDK refused: not there, or not the file that was named')));
    document.head.append(script);
  });
  return loaded.finally(() => script.remove());
}
