module.exports = {
  mode: "production",
  entry: "./src/index.ts",
  module: { rules: [{ test: /\.ts$/, use: "ts-loader", exclude: /node_modules/ }] },
  resolve: { extensions: [".ts", ".js"] },
  performance: { hints: false },
};
