/** How the file is called that has the legend of all masks of a folder. */

const SHARED_LEGEND =
  /^(?:labelmap\.txt|label_?(?:colors|map)\.(?:txt|csv|json)|_classes\.csv|class_dict\.csv|(?:legend|classes|labels|palette|colors|meta)\.(?:json|csv|txt)|.+\.gpl)$/i;

export function isSharedLegend(path: string): boolean {
  return SHARED_LEGEND.test(path.slice(path.lastIndexOf("/") + 1));
}
