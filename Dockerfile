# One image for every part; docker-compose.yml says which part a container runs.
# Built in four stages so that the last one carries neither Node, nor an SDK, nor a compiler.

FROM node:22.21.1-bookworm-slim AS window
WORKDIR /src/web/app
COPY web/app/package.json web/app/package-lock.json web/app/.npmrc ./
RUN npm ci
COPY web/app/ ./
RUN npm run build

FROM node:22.21.1-bookworm-slim AS widget
WORKDIR /src/web/widget
COPY web/widget/package.json web/widget/package-lock.json web/widget/.npmrc ./
RUN npm ci
COPY web/widget/ ./
RUN npm run build

FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ENV CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /src
COPY MedCrm.sln global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY core/ core/
COPY connectors/ connectors/
COPY web/Gateway/ web/Gateway/
# Debug writes the code around the handlers, Release compiles it in (see docs/operator-guide.md).
RUN dotnet build core/Host/MedCrm.Host.csproj -c Debug \
 && dotnet artifacts/bin/MedCrm.Host/debug/MedCrm.Host.dll codegen write \
 && dotnet publish core/Host/MedCrm.Host.csproj -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble
WORKDIR /app
COPY --from=build /app/ ./
COPY --from=window /src/web/app/out/ ./wwwroot/
COPY --from=widget /src/web/widget/out/ ./widget/
RUN install -d -o app -g app /var/lib/medcrm/blobs /var/lib/medcrm/keys
ENV DOTNET_NOLOGO=1 \
    Blobs__Directory=/var/lib/medcrm/blobs \
    Gateway__WebRoot=/app/wwwroot \
    Gateway__WidgetRoot=/app/widget
# The account that the base image brings; it owns nothing but the blobs.
USER app
# The host handles signals itself, so it may be process 1.
ENTRYPOINT ["dotnet", "/app/MedCrm.Host.dll"]
CMD ["--help"]
