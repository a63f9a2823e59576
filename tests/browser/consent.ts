import type { Page } from "playwright-core";
import { stack } from "../running-stack.ts";

/** Connects `email` through the page, for a user without a connected account. */
export async function connectOnPage(page: Page, email: string): Promise<void> {
  await page.getByRole("main").getByRole("button", { name: "Connect Google Calendar" }).click();
  await consent(page, email);
  await page.getByText("Connected. Your events are on their way.").waitFor();
}

/** Allows access on Google's page and waits until the browser is back in the app. */
export async function consent(page: Page, email: string): Promise<void> {
  await page.waitForURL("**/o/oauth2/**");
  await page.locator(`input[type=radio][value="${email}"]`).check();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL(url => url.origin === stack.appUrl);
}
