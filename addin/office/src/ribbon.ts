// The ribbon's buttons, in the same runtime as the functions and the pane.
import type { App } from "./pane/app";

export interface RibbonButton {
  name: string;
  action: string;
  asks: boolean;
}

export function associateRibbon(buttons: RibbonButton[], app: Promise<App>): void {
  for (const { name, action, asks } of buttons) {
    Office.actions.associate(action, async (event: Office.AddinCommands.Event) => {
      try {
        // Shown beside the sheet, so that progress and problems are seen.
        await Office.addin.showAsTaskpane();
        const pressed = (await app).pressNamed(name);
        if (!asks) await pressed;
      } finally {
        event.completed();
      }
    });
  }
}
