// Runs widget tests: offscreen unless a platform is chosen, with one application for all cases.
#include <gtest/gtest.h>

#include <QApplication>

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    testing::InitGoogleTest(&argc, argv);
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("halftone-tests")); // the person's own settings stay untouched
    return RUN_ALL_TESTS();
}
